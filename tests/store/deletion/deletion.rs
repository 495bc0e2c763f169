//! Statements on `users`: closing an account, coming back, and the end.

use signet::domain::{
    deletion::Scheduled,
    id::UserId,
    time::{Span, Timestamp},
};

use crate::{
    db::TestDb,
    fixture::{
        GRACE, NOW, after, anonymized, closed, email, in_14_days, on_each, race, soft_deleted, two_users, unverified,
        user_id, verified, winners,
    },
};

async fn deletion(db: &TestDb) -> Vec<String> {
    let sql = "SELECT deletion_scheduled_at, delete_at, deletion_job, security_stamp FROM signet_users ORDER BY id";
    db.rows(sql).await
}

#[tokio::test]
async fn an_account_is_closed_once() {
    on_each(async |db| {
        let (id, _) = two_users(db).await;
        let attempts = race(db, async |tx| tx.schedule_deletion(&id, in_14_days(), GRACE, "job").await).await;
        assert_eq!(winners(attempts), 1);
        assert!(!tx!(db, schedule_deletion(&id, in_14_days(), GRACE, "again")).unwrap());
        let (asked, due) = (NOW.0, NOW.0 + 14 * 86_400);
        assert_eq!(deletion(db).await, [format!("{asked}|{due}|job|1"), "NULL|NULL|NULL|0".to_owned()]);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_is_not_closed_again() {
    on_each(async |db| {
        let ids = [soft_deleted(db, 1).await, anonymized(db, 2).await, user_id(3)];
        for id in ids {
            assert!(!tx!(db, schedule_deletion(&id, in_14_days(), GRACE, "job")).unwrap(), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn coming_back_gives_the_job_to_kill_and_happens_once() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        let attempts = race(db, async |tx| tx.cancel_deletion(&id).await).await;
        let mut jobs = attempts.map(Result::unwrap);
        jobs.sort();
        assert_eq!(jobs, [None, Some("job".to_owned())]);
        assert_eq!(deletion(db).await, ["NULL|NULL|NULL|1"]);
        assert_eq!(tx!(db, cancel_deletion(&id)).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn coming_back_works_even_without_a_job() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        db.run("UPDATE signet_users SET deletion_job = NULL").await.unwrap();
        assert_eq!(tx!(db, cancel_deletion(&id)).unwrap(), Some(String::new()));
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
            assert_eq!(tx!(db, cancel_deletion(&id)).unwrap(), None);
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users WHERE delete_at IS NULL").await, ["0"]);
    })
    .await;
}

#[tokio::test]
async fn a_lost_job_is_replaced_only_while_the_deletion_is_still_to_come() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        assert!(!tx!(db, wake_deletion(&id, "another", "stale")).unwrap());
        assert!(tx!(db, wake_deletion(&id, "job", "new")).unwrap());
        assert_eq!(db.rows("SELECT deletion_job FROM signet_users").await, ["new"]);
        assert!(tx!(db, anonymize_user(&id, NOW)).unwrap());
        let open = verified(db, 2, "bob@example.com").await;
        let soft = closed(db, 3, "eve@example.com").await;
        db.run(&format!("UPDATE signet_users SET deleted_at = 1 WHERE id = '{soft}'")).await.unwrap();
        for id in [id, open, soft] {
            assert!(!tx!(db, wake_deletion(&id, "job", "late")).unwrap(), "{id}");
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users WHERE deletion_job = 'late'").await, ["0"]);
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
            let claimed = tx!(db, claim_deletion(&id, now)).unwrap();
            assert_eq!(claimed.is_some_and(|user| user.id == id), is_due, "{offset}");
            let found = tx!(db, due_deletions(now, 10)).unwrap();
            let expected = is_due.then(|| (id.clone(), "job".to_owned()));
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
        for id in [open, back, erased, soft, user_id(9)] {
            assert!(tx!(db, claim_deletion(&id, end)).unwrap().is_none(), "{id}");
        }
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
                return tx.cancel_deletion(&id).await.map(|job| job.is_some());
            }
            match tx.claim_deletion(&id, due).await? {
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
async fn the_longest_overdue_deletions_come_first_and_not_more_than_asked_for() {
    on_each(async |db| {
        let mut expected: Vec<(UserId, String)> = Vec::new();
        for (number, delete_at) in [(1, 30), (2, 10), (3, 20)] {
            let id = closed(db, number, &format!("user{number}@example.com")).await;
            assert!(tx!(db, cancel_deletion(&id)).unwrap().is_some());
            let scheduled = Scheduled { deletion_scheduled_at: Timestamp(1), delete_at: Timestamp(delete_at) };
            assert!(tx!(db, schedule_deletion(&id, scheduled, Span::seconds(9), "job")).unwrap());
        }
        for number in [2, 3] {
            expected.push((user_id(number), "job".to_owned()));
        }
        assert_eq!(tx!(db, due_deletions(NOW, 2)).unwrap(), expected);
        db.run("UPDATE signet_users SET deletion_job = NULL").await.unwrap();
        assert_eq!(tx!(db, due_deletions(NOW, 1)).unwrap(), [(user_id(2), String::new())]);
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
            "SELECT email, email_key, email_verified_at, name, password_hash, deletion_job FROM signet_users";
        assert_eq!(db.rows(personal).await, ["NULL|NULL|NULL|NULL|NULL|NULL"]);
        let kept = "SELECT id, security_stamp, created_at, delete_at, deleted_at, anonymized_at FROM signet_users";
        let (now, due, end) = (NOW.0, in_14_days().delete_at.0, NOW.0 + 9);
        assert_eq!(db.rows(kept).await, [format!("{id}|2|{now}|{due}|{end}|{end}")]);
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
        // Any number of erased accounts share the empty address.
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
            assert_eq!(tx!(db, schedule_deletion(&id, scheduled, Span::NONE, "job")).is_ok(), accepted, "{grace}");
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
        assert!(tx!(db, schedule_deletion(&id, early, GRACE, "job")).is_err());
        assert!(tx!(db, schedule_deletion(&id, in_14_days(), GRACE, "job")).unwrap());
        for (at, accepted) in [(due - 1, false), (due, true), (due + 1, true), (due, false)] {
            for promise in ["", ", deletion_grace = 0", ", deletion_scheduled_at = 1, deletion_grace = 0"] {
                let moved =
                    db.run(&format!("UPDATE signet_users SET delete_at = {at}{promise} WHERE id = '{id}'")).await;
                assert_eq!(moved.is_ok(), accepted, "{at}{promise}");
            }
        }
        assert!(tx!(db, cancel_deletion(&id)).unwrap().is_some());
        let short = Scheduled { deletion_scheduled_at: NOW, delete_at: after(60) };
        assert!(tx!(db, schedule_deletion(&id, short, Span::minutes(1), "job")).unwrap(), "the promise went with it");
    })
    .await;
}
