use super::*;

const CHEAP: Cost = Cost { m_kib: 16, t: 2, p: 1 };

/// A test that waits longer fails.
const SOON: Duration = Duration::from_secs(5);

fn hasher(cost: Cost) -> Hasher {
    Hasher::new(cost, 2, QUEUE, Random::seeded(1))
}

async fn verify(hasher: &Hasher, stored: Option<&str>, password: &str) -> Verdict {
    hasher.verify(stored.map(str::to_owned), password.into()).await.unwrap()
}

#[tokio::test]
async fn a_hash_names_its_cost_and_fits_its_password_only() {
    let hasher = hasher(CHEAP);
    let stored = hasher.hash("correct horse".into()).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=16,t=2,p=1$"), "{stored}");
    let cases = [
        ("correct horse", Verdict::Right),
        ("correct horse ", Verdict::Wrong),
        ("Correct horse", Verdict::Wrong),
        ("", Verdict::Wrong),
    ];
    for (password, verdict) in cases {
        assert_eq!(verify(&hasher, Some(&stored), password).await, verdict, "{password:?}");
    }
    assert_ne!(hasher.hash("correct horse".into()).await.unwrap(), stored, "same salt");
}

#[tokio::test]
async fn the_last_of_128_characters_counts() {
    let hasher = hasher(CHEAP);
    let longest = "é".repeat(128);
    let stored = hasher.hash(longest.as_str().into()).await.unwrap();
    let other_end = format!("{}e", "é".repeat(127));
    let cases = [(longest, Verdict::Right), (other_end, Verdict::Wrong)];
    for (password, verdict) in cases {
        assert_eq!(verify(&hasher, Some(&stored), &password).await, verdict);
    }
}

#[tokio::test]
async fn a_hash_that_costs_less_than_configured_is_right_but_weak() {
    let stored = hasher(CHEAP).hash("correct horse".into()).await.unwrap();
    let cases = [
        (Cost { m_kib: 17, ..CHEAP }, Verdict::RightButWeak),
        (Cost { t: 3, ..CHEAP }, Verdict::RightButWeak),
        (Cost { m_kib: 15, t: 1, p: 1 }, Verdict::Right),
    ];
    for (cost, verdict) in cases {
        let hasher = hasher(cost);
        assert_eq!(verify(&hasher, Some(&stored), "correct horse").await, verdict, "{cost:?}");
        assert_eq!(verify(&hasher, Some(&stored), "other").await, Verdict::Wrong, "{cost:?}");
    }
}

#[tokio::test]
async fn every_comparison_costs_one_computation() {
    let stored = hasher(CHEAP).hash("correct horse".into()).await.unwrap();
    let unreadable = stored.replace("argon2id", "scrypt");
    for stored in [None, Some(stored.as_str()), Some(&unreadable), Some("")] {
        let hasher = hasher(CHEAP);
        verify(&hasher, stored, "wrong").await;
        assert_eq!(hasher.runs(), 1, "{stored:?}");
    }
}

#[tokio::test]
async fn nobody_signs_in_with_a_hash_that_cannot_be_read_or_is_not_there() {
    let hasher = hasher(CHEAP);
    let stored = hasher.hash("correct horse".into()).await.unwrap();
    let without_output = stored.rsplit_once('$').unwrap().0;
    let cases = [
        None,
        Some(String::new()),
        Some("correct horse".to_owned()),
        Some(without_output.to_owned()),
        Some(stored.replace("argon2id", "argon2d")),
        Some(stored.replace("v=19", "v=20")),
        Some(stored.replace("m=16", "m=1")),
    ];
    for stored in cases {
        assert_eq!(verify(&hasher, stored.as_deref(), "correct horse").await, Verdict::Wrong, "{stored:?}");
    }
}

#[tokio::test]
async fn who_finds_no_place_is_turned_away_at_once() {
    let hour = Duration::from_hours(1);
    let hasher = Hasher::in_turns(CHEAP, Random::seeded(1), Turns { threads: 1, queue: 1, patience: hour });
    let busy = Arc::clone(&hasher.0.running).acquire_owned().await.unwrap();
    // The holder needs one permit, the queue the other.
    let holder = Arc::clone(&hasher.0.admitted).acquire_owned().await.unwrap();
    assert_eq!(hasher.0.admitted.available_permits(), 1);
    let waiting = tokio::spawn({
        let hasher = hasher.clone();
        async move { hasher.hash("waits".into()).await }
    });
    while hasher.0.admitted.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let turned_away = timeout(SOON, hasher.hash("turned away".into())).await;
    assert_eq!(turned_away, Ok(Err(HasherError::Busy)));
    assert_eq!(hasher.runs(), 0);
    drop((busy, holder));
    assert!(waiting.await.unwrap().is_ok());
    assert_eq!(hasher.runs(), 1);
}

#[tokio::test]
async fn who_waits_too_long_is_turned_away() {
    let turns = Turns { threads: 1, queue: 1, patience: Duration::from_millis(20) };
    let hasher = Hasher::in_turns(CHEAP, Random::seeded(1), turns);
    let busy = Arc::clone(&hasher.0.running).acquire_owned().await.unwrap();
    let waited = timeout(SOON, hasher.hash("waits".into())).await;
    assert_eq!(waited, Ok(Err(HasherError::Busy)));
    drop(busy);
    assert!(hasher.hash("is let in".into()).await.is_ok());
}

#[tokio::test]
async fn a_caller_that_hangs_up_makes_no_room_before_its_hash_is_done() {
    let hasher = Hasher::new(CHEAP, 1, 0, Random::seeded(1));
    let (finish, finished) = std::sync::mpsc::channel::<()>();
    let caller = tokio::spawn({
        let hasher = hasher.clone();
        async move { hasher.in_turn(move |_| finished.recv().map_err(|_| HasherError::Failed)).await }
    });
    while hasher.0.running.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(hasher.hash("too early".into()).await, Err(HasherError::Busy));
    finish.send(()).unwrap();
    while hasher.0.running.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn passwords_are_judged_in_turn_and_cost_no_hash() {
    let hasher = hasher(CHEAP);
    let personal = vec!["ada@example.com".to_owned()];
    let judged = hasher.judge("ada123456789".into(), personal.clone()).await;
    assert_eq!(judged, Ok(Err(Weakness::Personal)));
    assert_eq!(hasher.judge("sturdy otter paints".into(), personal).await, Ok(Ok(())));
    assert_eq!(hasher.runs(), 0);
}

#[test]
fn the_floors_hold_at_their_edges() {
    let cases = [
        (19_456, 2, true),
        (19_455, 2, false),
        (19_456, 1, false),
        (47_104, 1, true),
        (47_103, 1, false),
        (12_288, 3, true),
        (7_168, 5, true),
        (7_167, 99, false),
    ];
    for (m_kib, t, enough) in cases {
        assert_eq!(Cost { m_kib, t, p: 1 }.is_enough(), enough, "{m_kib} {t}");
    }
}

#[test]
fn the_dummy_reads_as_a_hash_of_the_configured_cost() {
    let cost = Cost { m_kib: 19_456, t: 2, p: 1 };
    let stored = Stored::read(&dummy(cost, &Random::seeded(1))).unwrap();
    assert!(!stored.costs_less_than(cost));
    assert!(stored.costs_less_than(Cost { m_kib: 19_457, ..cost }));
}

#[test]
fn only_a_whole_argon2id_hash_is_read() {
    let cost = Cost { m_kib: 64, t: 1, p: 1 };
    let whole = dummy(cost, &Random::seeded(1));
    assert!(Stored::read(&whole).is_some());
    let (without_output, _) = whole.rsplit_once('$').unwrap();
    let (without_salt, _) = without_output.rsplit_once('$').unwrap();
    for broken in [
        "",
        "password",
        without_output,
        without_salt,
        &whole.replace("argon2id", "argon2i"),
        &whole.replace("$v=19", ""),
        &whole.replace("v=19", "v=20"),
        &whole.replace("m=64", "m=1"),
        &whole.replace("t=1", "t=0"),
    ] {
        assert!(Stored::read(broken).is_none(), "{broken}");
    }
}

#[test]
fn an_older_version_of_argon2_costs_less() {
    let cost = Cost { m_kib: 64, t: 1, p: 1 };
    let old = dummy(cost, &Random::seeded(1)).replace("v=19", "v=16");
    assert!(Stored::read(&old).unwrap().costs_less_than(cost));
}
