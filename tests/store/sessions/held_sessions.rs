//! Locking an account and one of its sessions: which transaction waits for which, and what it reads afterwards.

use std::time::Duration;

use signet::domain::sudo::SudoMode;

use super::sessions::session;
use crate::fixture::{NOW, on_each, verified};

/// What another transaction does to an account or its session while one waits for the lock.
#[derive(Clone, Copy, Debug)]
enum Meanwhile {
    Nothing,
    PasswordChanged,
    TokenRenewed,
    SessionEnded,
    AccountErased,
}

#[tokio::test]
async fn holding_a_session_waits_for_its_account_and_sees_what_became_of_both() {
    on_each(async |db| {
        let cases = [
            (Meanwhile::Nothing, Some((0, true))),
            (Meanwhile::PasswordChanged, Some((1, true))),
            (Meanwhile::TokenRenewed, Some((0, false))),
            (Meanwhile::SessionEnded, None),
            (Meanwhile::AccountErased, None),
        ];
        for (number, (meanwhile, expected)) in (1..).zip(cases) {
            let ada = verified(db, number, &format!("ada{number}@example.com")).await;
            let id = session(db, number, &ada).await;
            let mut first = db.db.begin().await.unwrap();
            first.lock_user(&ada).await.unwrap();
            match meanwhile {
                Meanwhile::Nothing => {}
                Meanwhile::PasswordChanged => assert!(first.set_password(&ada, "new", 0).await.unwrap()),
                Meanwhile::TokenRenewed => assert!(first.renew_session(&id, &[99; 32], SudoMode::Kept).await.unwrap()),
                Meanwhile::SessionEnded => assert!(first.end_session(&id, &ada).await.unwrap()),
                Meanwhile::AccountErased => assert!(first.anonymize_user(&ada, NOW).await.unwrap()),
            }
            let mut second = std::pin::pin!(async {
                let mut tx = db.db.begin().await.unwrap();
                let held = tx.hold_session(&id, &ada, &[number; 32]).await.unwrap();
                held.map(|held| (held.user.security_stamp, held.has_current_token))
            });
            let patience = Duration::from_millis(50);
            assert!(tokio::time::timeout(patience, &mut second).await.is_err(), "{meanwhile:?}: did not wait");
            first.commit().await.unwrap();
            assert_eq!(second.await, expected, "{meanwhile:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_without_its_account_waits_for_the_one_who_holds_it() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = session(db, 1, &ada).await;
        let mut first = db.db.begin().await.unwrap();
        assert!(first.hold_session(&id, &ada, &[1; 32]).await.unwrap().is_some());
        let mut second = std::pin::pin!(async {
            let mut tx = db.db.begin().await.unwrap();
            assert!(tx.end_session(&id, &ada).await.unwrap());
            tx.commit().await.unwrap();
        });
        let patience = Duration::from_millis(50);
        assert!(tokio::time::timeout(patience, &mut second).await.is_err(), "did not wait");
        assert!(first.renew_session(&id, &[9; 32], SudoMode::Kept).await.unwrap());
        first.commit().await.unwrap();
        second.await;
        assert!(tx!(db, session_by_token(&[9; 32], &[], NOW)).unwrap().is_none());
    })
    .await;
}
