use std::{sync::mpsc, time::Duration};

use super::*;
use crate::server::crypto::{
    breached::build::build,
    hasher::{Cost, Hasher},
    random::Random,
};

/// SHA-1 of "sturdy otter paints".
const OTTER: &str = "B2B0DA140CBE8BDFFFC8D85D3E89AEB06547AB1F:37\n";

fn judge(breached: Option<BreachedList>) -> Judge {
    Judge::new(Turns::new(1, 4), breached)
}

#[tokio::test]
async fn a_weak_password_is_refused_with_its_reason() {
    let personal = vec!["ada@example.com".to_owned()];
    let judged = judge(None).judge(None, "ada123456789".into(), personal).await;
    assert_eq!(judged, Ok(Err(Refusal::WeakPassword { weakness: Weakness::Personal })));
}

#[tokio::test]
async fn a_strong_password_is_refused_only_if_the_list_contains_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    build(OTTER.as_bytes(), &path).unwrap();
    let list = BreachedList::open(&path).unwrap();
    let refused = judge(Some(list.clone())).judge(None, "sturdy otter paints".into(), Vec::new()).await;
    assert_eq!(refused, Ok(Err(Refusal::BreachedPassword)));
    assert_eq!(judge(Some(list)).judge(None, "sturdy otter rests".into(), Vec::new()).await, Ok(Ok(())));
    assert_eq!(judge(None).judge(None, "sturdy otter paints".into(), Vec::new()).await, Ok(Ok(())));
}

/// Their parts withstand many guesses, so that only the list knows them.
#[tokio::test]
async fn the_most_common_passwords_are_refused_without_any_file() {
    for password in ["qaz1wsx2edc3", "11qq22ww33ee", "ghtdtlvtldtl", "stairwaytoheaven"] {
        assert_eq!(strength::judge(password, &[]), Ok(()), "{password}");
        let judged = judge(None).judge(None, password.into(), Vec::new()).await;
        assert_eq!(judged, Ok(Err(Refusal::WeakPassword { weakness: Weakness::Common })), "{password}");
    }
}

/// No password passes unseen.
#[tokio::test]
async fn a_list_that_cannot_be_read_any_more_fails_the_judgement() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    build(OTTER.as_bytes(), &path).unwrap();
    let list = BreachedList::open(&path).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(20).unwrap();
    let judged = judge(Some(list)).judge(None, "sturdy otter paints".into(), Vec::new()).await;
    assert_eq!(judged, Err(PoolError::Failed));
}

#[tokio::test]
async fn judging_and_hashing_do_not_wait_for_each_other() {
    let judge = judge(None);
    let hasher = Hasher::new(Cost { m_kib: 16, t: 2, p: 1 }, Turns::new(1, 0), Random::seeded(1));
    let (finish, finished) = mpsc::channel::<()>();
    let pool = Arc::clone(&judge.pool);
    let busy = tokio::spawn(async move { pool.run(None, move || Ok(finished.recv())).await });
    let hashed = tokio::time::timeout(Duration::from_secs(5), hasher.hash(None, "sturdy otter".into())).await;
    assert!(matches!(hashed, Ok(Ok(_))), "{hashed:?}");
    drop(finish);
    assert!(busy.await.unwrap().is_ok());
    assert_eq!(judge.judge(None, "sturdy otter paints".into(), Vec::new()).await, Ok(Ok(())));
    assert_eq!(hasher.runs(), 1, "judging computes no hash");
}
