//! Statements on `users`: closing an account, keeping it, and erasing it.

use signet::{
    domain::{
        deletion::Scheduled,
        id::UserId,
        time::{Span, Timestamp},
    },
    server::store::Tx,
    testing::TestDb,
};

use crate::fixture::{
    GRACE, NOW, after, anonymized, closed, email, in_14_days, on_each, race, soft_deleted, two_users, unverified,
    user_id, verified, winners,
};

async fn deletion(db: &TestDb) -> String {
    let sql =
        "SELECT deletion_scheduled_at, delete_at, deletion_retry_at, security_stamp FROM signet_users ORDER BY id";
    db.table(sql).await
}

/// Claims the account that is due next. The claim ends with its transaction.
async fn claimed(db: &TestDb, now: Timestamp) -> Option<UserId> {
    tx!(db, claim_deletion(now)).unwrap().map(|claimed| claimed.id)
}

fn after_of(instant: Timestamp, seconds: i64) -> Timestamp {
    Timestamp(instant.0 + seconds)
}

#[tokio::test]
async fn an_account_is_closed_once() {
    on_each(async |db| {
        let (id, _) = two_users(db).await;
        let attempts =
            race(db, async |tx| tx.schedule_deletion(&id, in_14_days(), GRACE).await.map(|stamp| stamp == Some(1)))
                .await;
        assert_eq!(winners(attempts), 1);
        assert_eq!(tx!(db, schedule_deletion(&id, in_14_days(), GRACE)).unwrap(), None);
        snapshot!(deletion(db).await, @"
        deletion_scheduled_at  delete_at   deletion_retry_at  security_stamp
        1800000000             1801209600  NULL               1
        NULL                   NULL        NULL               0
        ");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_is_not_closed_again() {
    on_each(async |db| {
        let ids = [soft_deleted(db, 1).await, anonymized(db, 2).await, user_id(3)];
        for id in ids {
            assert_eq!(tx!(db, schedule_deletion(&id, in_14_days(), GRACE)).unwrap(), None, "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn coming_back_happens_once_and_leaves_nothing_of_the_schedule() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        assert!(tx!(db, put_deletion_off(&id, NOW)).unwrap());
        let attempts = race(db, async |tx| tx.cancel_deletion(&id).await).await;
        assert_eq!(winners(attempts), 1);
        snapshot!(deletion(db).await, @"
        deletion_scheduled_at  delete_at  deletion_retry_at  security_stamp
        NULL                   NULL       NULL               1
        ");
        assert!(!tx!(db, cancel_deletion(&id)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn nobody_comes_back_after_the_end() {
    on_each(async |db| {
        let erased = closed(db, 1, "ada@example.com").await;
        assert!(tx!(db, anonymize_user(&erased, NOW)).unwrap());
        let soft = closed(db, 2, "bob@example.com").await;
        db.run(&format!("UPDATE signet_users SET deleted_at = 1 WHERE id = '{soft}'")).await.unwrap();
        for id in [erased, soft] {
            assert!(!tx!(db, cancel_deletion(&id)).unwrap());
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users WHERE delete_at IS NULL").await, ["0"]);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_could_not_be_erased_waits_and_the_next_has_its_turn() {
    on_each(async |db| {
        let (one, other) = (closed(db, 1, "ada@example.com").await, closed(db, 2, "bob@example.com").await);
        let due = after_of(in_14_days().delete_at, 1);
        assert!(tx!(db, postpone_deletion(&other, due)).unwrap());
        assert_eq!(claimed(db, due).await.as_ref(), Some(&one));
        assert!(tx!(db, put_deletion_off(&one, after_of(due, 60))).unwrap());
        assert_eq!(claimed(db, due).await.as_ref(), Some(&other));
        assert!(tx!(db, put_deletion_off(&other, after_of(due, 61))).unwrap());
        for (offset, is_due) in [(59, false), (60, true)] {
            let now = after_of(due, offset);
            assert_eq!(db.db.single_read().await.unwrap().has_due_deletion(now).await.unwrap(), is_due, "{offset}");
            assert_eq!(claimed(db, now).await, is_due.then(|| one.clone()), "{offset}");
        }
        assert_eq!(tx!(db, count_due_deletions(due)).unwrap(), 2, "due they are all the same");
    })
    .await;
}

#[tokio::test]
async fn only_a_deletion_that_is_still_to_come_is_put_off() {
    on_each(async |db| {
        let erased = closed(db, 1, "ada@example.com").await;
        assert!(tx!(db, anonymize_user(&erased, NOW)).unwrap());
        let open = verified(db, 2, "bob@example.com").await;
        let soft = closed(db, 3, "eve@example.com").await;
        db.run(&format!("UPDATE signet_users SET deleted_at = 1 WHERE id = '{soft}'")).await.unwrap();
        for id in [erased, open, soft, user_id(9)] {
            assert!(!tx!(db, put_deletion_off(&id, NOW)).unwrap(), "{id}");
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users WHERE deletion_retry_at IS NOT NULL").await, ["0"]);
    })
    .await;
}

#[tokio::test]
async fn a_deletion_is_due_from_the_promised_second_on() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        let due = in_14_days().delete_at;
        for (offset, is_due) in [(-1, false), (0, true), (1, true)] {
            let now = after(due.0 - NOW.0 + offset);
            let expected = is_due.then(|| id.clone());
            assert_eq!(db.db.single_read().await.unwrap().has_due_deletion(now).await.unwrap(), is_due, "{offset}");
            assert_eq!(claimed(db, now).await, expected, "{offset}");
            let found = tx!(db, due_deletions(now, 10)).unwrap();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{offset}");
            assert_eq!(tx!(db, count_due_deletions(now)).unwrap(), i64::from(is_due), "{offset}");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_but_a_scheduled_deletion_is_ever_claimed() {
    on_each(async |db| {
        let end = after(100 * 86_400);
        let open = verified(db, 1, "ada@example.com").await;
        let back = closed(db, 2, "bob@example.com").await;
        tx!(db, cancel_deletion(&back)).unwrap();
        let erased = closed(db, 3, "eve@example.com").await;
        assert!(tx!(db, anonymize_user(&erased, NOW)).unwrap());
        let soft = closed(db, 4, "sue@example.com").await;
        db.run(&format!("UPDATE signet_users SET deleted_at = 1 WHERE id = '{soft}'")).await.unwrap();
        assert_eq!(
            db.rows("SELECT id FROM signet_users ORDER BY id").await,
            [open, back, erased, soft].map(|id| id.to_string())
        );
        assert!(!db.db.single_read().await.unwrap().has_due_deletion(end).await.unwrap());
        assert_eq!(claimed(db, end).await, None);
        assert_eq!(tx!(db, due_deletions(end, 10)).unwrap(), []);
        assert_eq!(tx!(db, count_due_deletions(end)).unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn either_the_end_or_the_return_wins() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        let due = in_14_days().delete_at;
        let turn = std::sync::atomic::AtomicBool::new(false);
        let attempts = race(db, async |tx| {
            if turn.fetch_xor(true, std::sync::atomic::Ordering::SeqCst) {
                return tx.cancel_deletion(&id).await;
            }
            match tx.claim_deletion(due).await? {
                Some(user) => tx.anonymize_user(&user.id, due).await,
                None => Ok(false),
            }
        })
        .await;
        assert_eq!(winners(attempts), 1);
    })
    .await;
}

#[tokio::test]
async fn of_two_workers_one_erases_an_account_and_each_of_two_accounts_has_one() {
    on_each(async |db| {
        let due = in_14_days().delete_at;
        let erase = async |tx: &mut Tx| match tx.claim_deletion(due).await? {
            Some(user) => tx.anonymize_user(&user.id, due).await,
            None => Ok(false),
        };
        closed(db, 1, "ada@example.com").await;
        assert_eq!(winners(race(db, erase).await), 1);
        for (number, address) in [(2, "bob@example.com"), (3, "eve@example.com")] {
            closed(db, number, address).await;
        }
        assert_eq!(winners(race(db, erase).await), 2);
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users WHERE anonymized_at IS NULL").await, ["0"]);
    })
    .await;
}

/// On PostgreSQL the transaction that keeps the account locks it; SQLite allows one write at a time.
#[tokio::test]
async fn an_account_that_somebody_has_in_hand_is_passed_over() {
    let Some(db) = TestDb::postgres().await else { return };
    let due = in_14_days().delete_at;
    let (one, other) = (closed(&db, 1, "ada@example.com").await, closed(&db, 2, "bob@example.com").await);
    for id in [&one, &other] {
        let mut held = db.db.begin().await.unwrap();
        assert!(held.lock_user(id).await.unwrap().is_some());
        let expected = if *id == one { &other } else { &one };
        assert_eq!(claimed(&db, due).await.as_ref(), Some(expected));
        held.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn the_longest_overdue_deletions_come_first_and_not_more_than_asked_for() {
    on_each(async |db| {
        for (number, delete_at) in [(1, 30), (2, 10), (3, 20)] {
            let id = closed(db, number, &format!("user{number}@example.com")).await;
            assert!(tx!(db, cancel_deletion(&id)).unwrap());
            let scheduled = Scheduled { deletion_scheduled_at: Timestamp(1), delete_at: Timestamp(delete_at) };
            assert!(tx!(db, schedule_deletion(&id, scheduled, Span::seconds(9))).unwrap().is_some());
        }
        assert_eq!(tx!(db, due_deletions(NOW, 2)).unwrap(), [2, 3].map(user_id));
        for number in [2, 3, 1] {
            assert_eq!(claimed(db, NOW).await, Some(user_id(number)));
            assert!(tx!(db, anonymize_user(&user_id(number), NOW)).unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn an_erased_account_keeps_its_row_and_nothing_personal() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        let name = signet::domain::profile::Name::parse("Ada").unwrap();
        tx!(db, set_name(&id, name.as_ref())).unwrap();
        let attempts = race(db, async |tx| tx.anonymize_user(&id, after(9)).await).await;
        assert_eq!(winners(attempts), 1);
        let personal =
            "SELECT email, email_key, email_verified_at, name, password_hash, deletion_retry_at FROM signet_users";
        snapshot!(db.table(personal).await, @"
        email  email_key  email_verified_at  name  password_hash  deletion_retry_at
        NULL   NULL       NULL               NULL  NULL           NULL
        ");
        let kept = "SELECT id, security_stamp, created_at, delete_at, deleted_at, anonymized_at FROM signet_users";
        snapshot!(db.table(kept).await, @"
        id                                security_stamp  created_at  delete_at   deleted_at  anonymized_at
        01010101010101010101010101010101  2               1800000000  1801209600  1800000009  1800000009
        ");
    })
    .await;
}

#[tokio::test]
async fn the_address_of_an_erased_account_is_free() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        assert!(tx!(db, anonymize_user(&id, NOW)).unwrap());
        let next = unverified(db, 2, "ada@example.com").await;
        assert!(tx!(db, mark_verified(&next, NOW)).unwrap());
        assert_eq!(tx!(db, verified_holder(&email("ada@example.com").key())).unwrap(), Some(next));
        // Any number of erased accounts may have the empty address.
        anonymized(db, 3).await;
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users WHERE email IS NULL").await, ["2"]);
    })
    .await;
}

#[tokio::test]
async fn a_deletion_needs_a_grace_period() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        for (grace, accepted) in [(-1, false), (0, false), (1, true)] {
            let scheduled = Scheduled { deletion_scheduled_at: NOW, delete_at: after(grace) };
            assert_eq!(tx!(db, schedule_deletion(&id, scheduled, Span::NONE)).is_ok(), accepted, "{grace}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_scheduled_deletion_is_moved_away_and_never_nearer() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        let due = in_14_days().delete_at.0;
        for (at, moved) in [(due - 1, false), (due, false), (due + 1, true), (due + 1, false)] {
            assert_eq!(tx!(db, postpone_deletion(&id, Timestamp(at))).unwrap(), moved, "{}", at - due);
        }
        assert!(tx!(db, anonymize_user(&id, after(9))).unwrap());
        let open = verified(db, 2, "bob@example.com").await;
        for id in [id, open] {
            assert!(!tx!(db, postpone_deletion(&id, Timestamp(due + 9))).unwrap(), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_database_keeps_the_date_that_was_promised() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        let due = in_14_days().delete_at.0;
        let early = Scheduled { delete_at: Timestamp(due - 1), ..in_14_days() };
        assert!(tx!(db, schedule_deletion(&id, early, GRACE)).is_err());
        assert!(tx!(db, schedule_deletion(&id, in_14_days(), GRACE)).unwrap().is_some());
        for (at, accepted) in [(due - 1, false), (due, true), (due + 1, true), (due, false)] {
            for promise in ["", ", deletion_grace = 0", ", deletion_scheduled_at = 1, deletion_grace = 0"] {
                let moved =
                    db.run(&format!("UPDATE signet_users SET delete_at = {at}{promise} WHERE id = '{id}'")).await;
                assert_eq!(moved.is_ok(), accepted, "{at}{promise}");
            }
        }
        assert!(tx!(db, cancel_deletion(&id)).unwrap());
        let short = Scheduled { deletion_scheduled_at: NOW, delete_at: after(60) };
        assert!(
            tx!(db, schedule_deletion(&id, short, Span::minutes(1))).unwrap().is_some(),
            "the promise went with it"
        );
    })
    .await;
}
