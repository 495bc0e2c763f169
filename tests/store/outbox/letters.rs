//! Statements on `letters`.

use signet::{
    domain::{
        api_tokens::{Described, Scope},
        id::{LetterId, UserId},
        outbox::Kind,
        providers::ProviderId,
        time::Timestamp,
    },
    server::store::{NewLetter, StoreError},
};

use crate::{
    db::TestDb,
    fixture::{NOW, after, is_conflict, letter_id, link_id, on_each, race, two_users, user_id, verified, winners},
};

async fn insert(db: &TestDb, number: u8, user: &UserId, kind: Kind, due_at: Timestamp) -> Result<LetterId, StoreError> {
    let id = letter_id(number);
    let new = NewLetter {
        id: &id,
        user_id: Some(user),
        kind,
        recipient: "ada@example.com",
        link_id: None,
        other: None,
        at: None,
        device: None,
        provider: None,
        api_token: None,
        created_at: NOW,
        due_at,
        job: &format!("job {number}"),
    };
    tx!(db, insert_letter(&new)).map(|()| id)
}

/// A letter that is due now.
async fn letter(db: &TestDb, number: u8, user: &UserId) -> LetterId {
    insert(db, number, user, Kind::PasswordChanged, NOW).await.unwrap()
}

async fn claims(db: &TestDb, id: &LetterId, now: Timestamp) -> bool {
    tx!(db, claim_letter(id, now, after(120))).unwrap().is_some()
}

#[tokio::test]
async fn a_claimed_letter_says_what_it_was_written_with() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let provider = ProviderId::parse("acme").unwrap();
        let token = Described { scope: Scope::Write, hint: "0af3".to_owned(), expires_at: after(9) };
        for (number, kind) in (1_u8..).zip(Kind::ALL) {
            let (id, link, is_full) = (letter_id(number), link_id(number), number % 2 == 1);
            let new = NewLetter {
                id: &id,
                user_id: Some(&ada),
                kind,
                recipient: "ada@xn--exmple-cua.com",
                link_id: is_full.then_some(&link),
                other: is_full.then_some("bob@example.com"),
                at: is_full.then_some(after(7)),
                device: is_full.then_some("Firefox on Linux"),
                provider: is_full.then_some(&provider),
                api_token: is_full.then_some(&token),
                created_at: NOW,
                due_at: NOW,
                job: "job",
            };
            tx!(db, insert_letter(&new)).unwrap();
            let due = tx!(db, claim_letter(&id, NOW, after(120))).unwrap().unwrap();
            assert_eq!((&due.id, due.user_id.as_ref(), due.kind), (&id, Some(&ada), kind));
            assert_eq!((due.recipient.as_str(), due.link_id.as_ref()), ("ada@xn--exmple-cua.com", new.link_id));
            assert_eq!((due.other.as_deref(), due.at, due.device.as_deref()), (new.other, new.at, new.device));
            assert_eq!(due.provider.as_ref(), new.provider);
            assert_eq!(due.api_token.as_ref(), new.api_token);
            assert_eq!(due.attempts, 1, "the attempt that is being made counts");
        }
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_due_from_its_second_on() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (number, offset, is_due) in [(1, 1, false), (2, 0, true), (3, -1, true)] {
            let id = insert(db, number, &ada, Kind::NewDevice, after(offset)).await.unwrap();
            let found = tx!(db, due_letters(NOW, None, 10)).unwrap();
            assert_eq!(found.contains(&(id.clone(), format!("job {number}"))), is_due, "{offset}");
            assert_eq!(claims(db, &id, NOW).await, is_due, "{offset}");
        }
        for (offset, count) in [(-2, 0), (-1, 1), (0, 2), (1, 3)] {
            assert_eq!(tx!(db, count_due_letters(after(offset))).unwrap(), count, "{offset}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_workers_one_gets_the_letter() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        let attempts =
            race(db, async |tx| tx.claim_letter(&id, NOW, after(120)).await.map(|letter| letter.is_some())).await;
        assert_eq!(winners(attempts), 1);
        assert_eq!(db.rows("SELECT attempts FROM signet_letters").await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn a_claim_ends_at_its_second() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        assert!(claims(db, &id, NOW).await);
        assert_eq!(db.rows("SELECT claimed_until FROM signet_letters").await, [(NOW.0 + 120).to_string()]);
        for (offset, is_free) in [(119, false), (120, true)] {
            let due = tx!(db, due_letters(after(offset), None, 10)).unwrap();
            assert_eq!(due.len(), usize::from(is_free), "{offset}");
            let again = tx!(db, claim_letter(&id, after(offset), after(300))).unwrap();
            assert_eq!(again.map(|letter| letter.attempts), is_free.then_some(2), "{offset}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_was_sent_is_gone() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let (id, other) = (letter(db, 1, &ada).await, letter(db, 2, &ada).await);
        let attempts = race(db, async |tx| tx.delete_letter(&id).await).await;
        assert_eq!(winners(attempts), 1);
        assert!(!claims(db, &id, NOW).await);
        assert_eq!(db.rows("SELECT id FROM signet_letters").await, [other.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_postponed_letter_waits_for_its_new_job_and_is_free_again() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        assert!(claims(db, &id, NOW).await);
        assert!(tx!(db, postpone_letter(&id, 1, after(30), "later")).unwrap());
        assert_eq!(tx!(db, due_letters(after(29), None, 10)).unwrap(), []);
        assert!(!claims(db, &id, after(29)).await);
        assert_eq!(tx!(db, due_letters(after(30), None, 10)).unwrap(), [(id.clone(), "later".to_owned())]);
        let again = tx!(db, claim_letter(&id, after(30), after(90))).unwrap().unwrap();
        assert_eq!(again.attempts, 2);
        assert!(!tx!(db, postpone_letter(&id, 1, after(40), "too late")).unwrap());
        assert!(!tx!(db, give_letter_up(&id, 1, after(40))).unwrap());
        assert!(!tx!(db, postpone_letter(&letter_id(9), 0, NOW, "none")).unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_letter_gets_a_new_job_only_while_it_waits_with_the_lost_one() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        let job = tx!(db, due_letters(NOW, None, 10)).unwrap().remove(0).1;
        assert!(!tx!(db, wake_letter(&id, "another", "stale", NOW)).unwrap());
        assert!(tx!(db, wake_letter(&id, &job, "new", NOW)).unwrap());
        assert!(!tx!(db, wake_letter(&id, &job, "twice", NOW)).unwrap());
        assert!(claims(db, &id, NOW).await);
        assert!(!tx!(db, wake_letter(&id, "new", "while sent", NOW)).unwrap());
        assert!(tx!(db, postpone_letter(&id, 1, after(30), "later")).unwrap());
        assert!(!tx!(db, wake_letter(&id, "later", "too early", after(29))).unwrap());
        assert!(tx!(db, wake_letter(&id, "later", "due", after(30))).unwrap());
        assert!(tx!(db, give_letter_up(&id, 1, after(31))).unwrap());
        assert!(!tx!(db, wake_letter(&id, "due", "given up", after(32))).unwrap());
        assert_eq!(db.rows("SELECT job FROM signet_letters").await, ["due"]);
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_was_given_up_stays_and_is_never_due() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        assert!(claims(db, &id, NOW).await);
        assert!(tx!(db, give_letter_up(&id, 1, after(5))).unwrap());
        let sql = "SELECT failed_at, claimed_until FROM signet_letters";
        assert_eq!(db.rows(sql).await, [format!("{}|NULL", NOW.0 + 5)]);
        assert_eq!(tx!(db, due_letters(after(1_000), None, 10)).unwrap(), []);
        assert!(!claims(db, &id, after(1_000)).await);
        assert!(!tx!(db, give_letter_up(&letter_id(9), 0, NOW)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_oldest_letters_come_first_and_not_more_than_asked_for() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (number, offset) in [(1, -1), (3, -2), (2, -2), (4, -3)] {
            insert(db, number, &ada, Kind::NewDevice, after(offset)).await.unwrap();
        }
        let numbers = [4, 2, 3].map(|number| (letter_id(number), format!("job {number}")));
        assert_eq!(tx!(db, due_letters(NOW, None, 3)).unwrap(), numbers);
    })
    .await;
}

#[tokio::test]
async fn letters_that_are_held_leave_room_for_the_others() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (number, kind) in [(1, Kind::DeletionReminder), (2, Kind::DeletionReminder), (3, Kind::NewDevice)] {
            insert(db, number, &ada, kind, NOW).await.unwrap();
        }
        let found = tx!(db, due_letters(NOW, Some(Kind::DeletionReminder), 2)).unwrap();
        assert_eq!(found, [(letter_id(3), "job 3".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn letters_of_one_kind_are_withdrawn_with_the_jobs_to_kill() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, user, kind) in [
            (1, &ada, Kind::DeletionReminder),
            (2, &ada, Kind::DeletionReminder),
            (3, &ada, Kind::NewDevice),
            (4, &bob, Kind::DeletionReminder),
        ] {
            insert(db, number, user, kind, NOW).await.unwrap();
        }
        let mut jobs = tx!(db, withdraw_letters(&ada, Kind::DeletionReminder)).unwrap();
        jobs.sort();
        assert_eq!(jobs, ["job 1", "job 2"]);
        assert_eq!(tx!(db, withdraw_letters(&ada, Kind::DeletionReminder)).unwrap(), [""; 0]);
        let left = db.rows("SELECT id FROM signet_letters ORDER BY id").await;
        assert_eq!(left, [letter_id(3).as_str(), letter_id(4).as_str()]);
    })
    .await;
}

#[tokio::test]
async fn all_letters_of_an_account_are_withdrawn_with_the_jobs_to_kill() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, user) in [(1, &ada), (2, &ada), (3, &bob)] {
            letter(db, number, user).await;
        }
        assert!(tx!(db, give_letter_up(&letter_id(2), 0, NOW)).unwrap());
        let mut jobs = tx!(db, withdraw_all_letters(&ada)).unwrap();
        jobs.sort();
        assert_eq!(jobs, ["job 1", "job 2"], "one that was given up names its reader too");
        assert_eq!(db.rows("SELECT user_id FROM signet_letters").await, [bob.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_letter_needs_an_account_and_goes_with_it() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let stranger = insert(db, 1, &user_id(9), Kind::NewDevice, NOW).await;
        assert!(matches!(stranger, Err(StoreError::Orphan)));
        letter(db, 1, &ada).await;
        assert!(is_conflict(&insert(db, 1, &ada, Kind::NewDevice, NOW).await));
        letter(db, 2, &bob).await;
        db.run(&format!("DELETE FROM signet_users WHERE id = '{ada}'")).await.unwrap();
        assert_eq!(db.rows("SELECT user_id FROM signet_letters").await, [bob.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_kind_that_no_version_writes_is_reported_and_the_claim_taken_back() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        db.run("UPDATE signet_letters SET kind = 'odd'").await.unwrap();
        let claimed = tx!(db, claim_letter(&id, NOW, after(120)));
        assert!(matches!(claimed, Err(StoreError::Corrupt("letters.kind"))));
        assert_eq!(db.rows("SELECT attempts, claimed_until FROM signet_letters").await, ["0|NULL"]);
    })
    .await;
}
