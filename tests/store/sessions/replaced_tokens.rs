//! Statements on `replaced_tokens`: a token that a session had before.

use signet::{domain::sudo::SudoMode, testing::TestDb};

use super::sessions::session;
use crate::fixture::{NOW, after, link_id, on_each, session_id, two_users, verified};

const DEVICE: [u8; 32] = [50; 32];

/// Which session a token finds in the browser with the cookie `device`, and whether the token is the session's.
async fn found(db: &TestDb, token: u8, device: &[u8], at: i64) -> Option<(String, bool)> {
    let owner = tx!(db, session_by_token(&[token; 32], device, after(at))).unwrap();
    owner.map(|owner| (owner.session.id.as_str().to_owned(), owner.has_current_token))
}

#[tokio::test]
async fn a_replaced_token_finds_its_session_in_its_browser_and_time() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (own, other) = (session(db, 1, &ada).await, session(db, 2, &bob).await);
        tx!(db, keep_replaced_token(&own, &DEVICE, after(30))).unwrap();
        assert!(tx!(db, renew_session(&own, &[9; 32], SudoMode::Begun(NOW))).unwrap());
        let replaced = Some((own.as_str().to_owned(), false));
        for (at, expected) in [(29, &replaced), (30, &replaced), (31, &None)] {
            assert_eq!(&found(db, 1, &DEVICE, at).await, expected, "{at}");
        }
        assert_eq!(found(db, 1, &[51; 32], 0).await, None, "another browser");
        assert_eq!(found(db, 1, &[], 0).await, None, "no cookie");
        assert_eq!(found(db, 9, &[], 31).await, Some((own.as_str().to_owned(), true)));
        assert_eq!(found(db, 2, &DEVICE, 0).await, Some((other.as_str().to_owned(), true)));

        assert_eq!(tx!(db, replaced_token(&own, &[1; 32], &DEVICE)).unwrap(), Some(after(30)));
        assert_eq!(tx!(db, replaced_token(&own, &[1; 32], &[51; 32])).unwrap(), None);
        assert_eq!(tx!(db, replaced_token(&own, &[9; 32], &DEVICE)).unwrap(), None);
        assert_eq!(tx!(db, replaced_token(&other, &[1; 32], &DEVICE)).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn every_token_that_a_session_had_is_kept_until_they_are_dropped() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (own, other) = (session(db, 1, &ada).await, session(db, 2, &bob).await);
        for (next, until) in [(3, 30), (4, 40)] {
            tx!(db, keep_replaced_token(&own, &DEVICE, after(until))).unwrap();
            assert!(tx!(db, renew_session(&own, &[next; 32], SudoMode::Begun(NOW))).unwrap());
        }
        tx!(db, keep_replaced_token(&other, &DEVICE, after(30))).unwrap();
        tx!(db, keep_replaced_token(&session_id(99), &DEVICE, after(30))).unwrap();
        let kept = "SELECT token_hash FROM signet_replaced_tokens ORDER BY token_hash";
        assert_eq!(db.rows(kept).await.len(), 3);
        for token in [1, 3] {
            assert_eq!(found(db, token, &DEVICE, 30).await, Some((own.as_str().to_owned(), false)), "{token}");
        }
        tx!(db, drop_replaced_tokens(&own)).unwrap();
        assert_eq!(found(db, 1, &DEVICE, 0).await, None);
        assert_eq!(db.rows(kept).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_a_replaced_token() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let own = session(db, 1, &ada).await;
        tx!(db, keep_replaced_token(&own, &DEVICE, after(30))).unwrap();
        assert!(tx!(db, renew_session(&own, &[9; 32], SudoMode::Begun(NOW))).unwrap());
        assert!(found(db, 1, &DEVICE, 0).await.is_some());
        assert!(tx!(db, set_password(&ada, "new", 0)).unwrap());
        assert_eq!(found(db, 1, &DEVICE, 0).await, None);
        assert_eq!(tx!(db, replaced_token(&own, &[1; 32], &DEVICE)).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_code_by_which_a_token_was_replaced_is_taken_once() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (own, other) = (session(db, 1, &ada).await, session(db, 2, &bob).await);
        for session in [&own, &other] {
            tx!(db, keep_replaced_token(session, &DEVICE, after(30))).unwrap();
        }
        let code = link_id(7);
        tx!(db, keep_code_of_replaced_token(&[1; 32], &code, after(600))).unwrap();
        assert!(tx!(db, take_code_of_replaced_token(&[2; 32])).unwrap().is_none());
        assert!(tx!(db, take_code_of_replaced_token(&[1; 32])).unwrap() == Some((code, after(600))));
        assert!(tx!(db, take_code_of_replaced_token(&[1; 32])).unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn replaced_tokens_are_swept_when_their_time_is_over_and_go_with_their_session() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let (own, other) = (session(db, 1, &ada).await, session(db, 2, &ada).await);
        tx!(db, keep_replaced_token(&own, &DEVICE, after(30))).unwrap();
        tx!(db, keep_replaced_token(&other, &DEVICE, after(40))).unwrap();
        assert_eq!(tx!(db, sweep_replaced_tokens(after(30), 10)).unwrap(), 0);
        assert_eq!(tx!(db, sweep_replaced_tokens(after(31), 10)).unwrap(), 1);
        assert_eq!(db.rows("SELECT session_id FROM signet_replaced_tokens").await, [other.as_str()]);
        assert!(tx!(db, end_session(&other, &ada)).unwrap());
        assert!(db.rows("SELECT session_id FROM signet_replaced_tokens").await.is_empty());
    })
    .await;
}
