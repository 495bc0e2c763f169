//! Statements on `letters`.

use signet::{
    domain::{
        api_tokens::{Described, Scope},
        email::Email,
        id::{LetterId, UserId},
        language::Language,
        operator::OperatorReason,
        outbox::Kind,
        providers::ProviderId,
        time::{Span, Timestamp},
    },
    server::store::{DueLetter, NewLetter, StoreError},
    testing::TestDb,
};

use crate::fixture::{
    NOW, after, email, end_connections, is_conflict, is_unavailable, letter_id, link_id, on_each, race, two_users,
    user_id, verified, winners,
};

async fn insert(db: &TestDb, number: u8, user: &UserId, kind: Kind, due_at: Timestamp) -> Result<LetterId, StoreError> {
    let id = letter_id(number);
    let to = email("ada@example.com");
    let new = NewLetter { due_at: Some(due_at), ..NewLetter::plain(user, kind, &to) };
    tx!(db, insert_letter(&id, &new, NOW)).map(|()| id)
}

/// A letter that is due now.
async fn letter(db: &TestDb, number: u8, user: &UserId) -> LetterId {
    insert(db, number, user, Kind::PasswordChanged, NOW).await.unwrap()
}

/// The next letter, claimed for two minutes.
async fn claim(db: &TestDb, now: Timestamp) -> Option<DueLetter> {
    let claimed = tx!(db, claim_letter(now, now.plus(Span::minutes(2)), None)).unwrap();
    claimed.map(|letter| letter.read().unwrap())
}

async fn claimed(db: &TestDb, now: Timestamp) -> Option<LetterId> {
    claim(db, now).await.map(|letter| letter.id)
}

/// Whether a worker would find a due letter.
async fn is_any_due(db: &TestDb, now: Timestamp) -> bool {
    db.db.single_read().await.unwrap().has_due_letter(now, None).await.unwrap()
}

#[tokio::test]
async fn a_claimed_letter_says_what_it_was_written_with() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let (to, other) = (email("ada@exämple.com"), email("bob@example.com"));
        let provider = ProviderId::parse("acme").unwrap();
        let reason = OperatorReason::parse("You asked for it.").unwrap();
        let token = Described { scope: Scope::Write, hint: "0af3".to_owned(), expires_at: after(9) };
        for (number, kind) in (1_u8..).zip(Kind::ALL.iter().copied()) {
            let (id, link, is_full) = (letter_id(number), link_id(number), number % 2 == 1);
            let new = NewLetter {
                user_id: Some(&ada),
                kind,
                to: &to,
                link: is_full.then_some(&link),
                other: is_full.then_some(&other),
                at: is_full.then_some(after(7)),
                device: is_full.then_some("Firefox on Linux"),
                provider: is_full.then_some(&provider),
                api_token: is_full.then_some(&token),
                reason: is_full.then_some(&reason),
                language: is_full.then_some(Language::German),
                due_at: None,
            };
            tx!(db, insert_letter(&id, &new, NOW)).unwrap();
            let due = claim(db, NOW).await.unwrap();
            assert_eq!((&due.id, due.user_id.as_ref(), due.kind), (&id, Some(&ada), kind));
            assert_eq!((due.recipient.as_str(), due.link_id.as_ref()), ("ada@xn--exmple-cua.com", new.link));
            assert_eq!(
                (due.other.as_deref(), due.at, due.device.as_deref()),
                (new.other.map(Email::as_str), new.at, new.device)
            );
            assert_eq!(due.provider.as_ref(), new.provider);
            assert_eq!(due.api_token.as_ref(), new.api_token);
            assert_eq!(due.reason.as_ref(), new.reason);
            assert_eq!(due.language, new.language.or(Some(Language::English)), "else that of the account");
            assert_eq!(due.attempts, 1, "the attempt that is being made counts");
        }
    })
    .await;
}

#[tokio::test]
async fn a_letter_has_the_language_of_its_account_unless_it_brings_one() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let to = email("ada@example.com");
        // An earlier version writes no language, and a later one may write one that this version does not speak.
        for (account, spoken) in [("'de'", Some(Language::German)), ("NULL", None), ("'tlh'", None)] {
            db.run(&format!("UPDATE signet_users SET language = {account}")).await.unwrap();
            assert_eq!(tx!(db, user(&ada)).unwrap().unwrap().language, spoken);
            let plain = NewLetter::plain(&ada, Kind::PasswordChanged, &to);
            let goodbye = NewLetter { user_id: None, language: Some(Language::German), ..plain.clone() };
            for (new, expected) in [(plain, spoken), (goodbye, Some(Language::German))] {
                tx!(db, insert_letter(&letter_id(1), &new, NOW)).unwrap();
                let due = claim(db, NOW).await.unwrap();
                assert_eq!(due.language, expected, "{account}");
                assert!(tx!(db, delete_letter(&due.id)).unwrap());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_due_from_its_second_on() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for kind in [Kind::NewDevice, Kind::DeletionReminder] {
            for (offset, is_due) in [(1, false), (0, true), (-1, true)] {
                let id = insert(db, 1, &ada, kind, after(offset)).await.unwrap();
                assert_eq!(is_any_due(db, NOW).await, is_due, "{offset}");
                assert_eq!(tx!(db, count_due_letters(NOW)).unwrap(), i64::from(is_due), "{offset}");
                assert_eq!(claimed(db, NOW).await, is_due.then(|| id.clone()), "{offset}");
                assert_eq!(tx!(db, count_due_letters(NOW)).unwrap(), i64::from(is_due), "{offset}, claimed");
                assert!(tx!(db, delete_letter(&id)).unwrap());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_workers_one_gets_the_letter() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        letter(db, 1, &ada).await;
        let attempts =
            race(db, async |tx| tx.claim_letter(NOW, after(120), None).await.map(|letter| letter.is_some())).await;
        assert_eq!(winners(attempts), 1);
        assert_eq!(db.rows("SELECT attempts FROM signet_letters").await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn two_workers_get_two_letters() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for number in [1, 2] {
            letter(db, number, &ada).await;
        }
        let attempts =
            race(db, async |tx| tx.claim_letter(NOW, after(120), None).await.map(|letter| letter.is_some())).await;
        assert_eq!(winners(attempts), 2);
        assert_eq!(db.rows("SELECT attempts FROM signet_letters").await, ["1", "1"]);
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_is_over_is_one_others() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        letter(db, 1, &ada).await;
        assert!(claimed(db, NOW).await.is_some());
        let attempts =
            race(db, async |tx| tx.claim_letter(after(120), after(240), None).await.map(|letter| letter.is_some()))
                .await;
        assert_eq!(winners(attempts), 1);
        snapshot!(db.table("SELECT attempts, claimed_until FROM signet_letters").await, @"
        attempts  claimed_until
        2         1800000240
        ");
    })
    .await;
}

#[tokio::test]
async fn a_claim_ends_at_its_second() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        letter(db, 1, &ada).await;
        assert!(claimed(db, NOW).await.is_some());
        assert_eq!(db.rows("SELECT claimed_until FROM signet_letters").await, [(NOW.0 + 120).to_string()]);
        for (offset, is_free) in [(119, false), (120, true)] {
            assert_eq!(is_any_due(db, after(offset)).await, is_free, "{offset}");
            let again = claim(db, after(offset)).await;
            assert_eq!(again.map(|letter| letter.attempts), is_free.then_some(2), "{offset}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_is_taken_back_leaves_the_letter_to_others() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        for by_drop in [true, false] {
            let mut tx = db.db.begin().await.unwrap();
            assert!(tx.claim_letter(NOW, after(120), None).await.unwrap().is_some());
            if by_drop {
                drop(tx);
            } else {
                tx.rollback().await.unwrap();
            }
            // The pool rolls a dropped transaction back in its own time, and a claim passes over a row
            // that is still locked. This waits for the lock.
            db.run("UPDATE signet_letters SET kind = kind").await.unwrap();
            snapshot!(db.table("SELECT attempts, claimed_until FROM signet_letters").await, @"
            attempts  claimed_until
            0         NULL
            ");
        }
        assert_eq!(claimed(db, NOW).await, Some(id));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_goes_away_before_the_claim_is_unavailable() {
    let Some(db) = TestDb::postgres().await else { return };
    let mut tx = db.db.begin().await.unwrap();
    assert_eq!(tx.count_due_letters(NOW).await.unwrap(), 0);
    end_connections(&db).await;
    assert!(is_unavailable(&tx.claim_letter(NOW, after(120), None).await));
}

#[tokio::test]
async fn a_letter_that_was_sent_is_gone() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let (id, other) = (letter(db, 1, &ada).await, letter(db, 2, &ada).await);
        let attempts = race(db, async |tx| tx.delete_letter(&id).await).await;
        assert_eq!(winners(attempts), 1);
        assert_eq!(claimed(db, NOW).await.as_ref(), Some(&other));
        assert_eq!(db.rows("SELECT id FROM signet_letters").await, [other.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_postponed_letter_waits_for_its_new_time_and_is_free_again() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        assert!(claimed(db, NOW).await.is_some());
        assert!(tx!(db, postpone_letter(&id, 1, after(30))).unwrap());
        assert!(!is_any_due(db, after(29)).await && claimed(db, after(29)).await.is_none());
        assert!(is_any_due(db, after(30)).await);
        assert_eq!(claim(db, after(30)).await.unwrap().attempts, 2);
        assert!(!tx!(db, postpone_letter(&id, 1, after(40))).unwrap(), "too late");
        assert!(!tx!(db, give_letter_up(&id, 1, after(40))).unwrap());
        assert!(!tx!(db, postpone_letter(&letter_id(9), 0, NOW)).unwrap());
        snapshot!(db.table("SELECT due_at, claimed_until FROM signet_letters").await, @"
        due_at      claimed_until
        1800000030  1800000150
        ");
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_was_given_up_stays_and_is_never_due() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = letter(db, 1, &ada).await;
        assert!(claimed(db, NOW).await.is_some());
        assert!(tx!(db, give_letter_up(&id, 1, after(5))).unwrap());
        let sql = "SELECT failed_at, claimed_until FROM signet_letters";
        snapshot!(db.table(sql).await, @"
        failed_at   claimed_until
        1800000005  NULL
        ");
        assert_eq!(tx!(db, count_due_letters(after(1_000))).unwrap(), 0);
        assert!(!is_any_due(db, after(1_000)).await && claimed(db, after(1_000)).await.is_none());
        assert!(!tx!(db, give_letter_up(&letter_id(9), 0, NOW)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_oldest_letter_comes_first_and_those_in_masses_after_all_others() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (number, kind, offset) in [
            (1, Kind::NewDevice, -1),
            (2, Kind::DeletionReminder, -9),
            (3, Kind::PasswordChanged, -3),
            (4, Kind::DeletionExecuted, -8),
            (5, Kind::SudoCode, -2),
            (6, Kind::SudoCode, 1),
        ] {
            insert(db, number, &ada, kind, after(offset)).await.unwrap();
        }
        for number in [3, 5, 1, 2, 4] {
            assert_eq!(claimed(db, NOW).await, Some(letter_id(number)));
        }
        assert_eq!(claimed(db, NOW).await, None);
    })
    .await;
}

#[tokio::test]
async fn letters_that_are_held_leave_room_for_the_others() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let held = Some(Kind::DeletionReminder);
        for (number, kind) in [(1, Kind::DeletionReminder), (2, Kind::DeletionReminder), (3, Kind::DeletionExecuted)] {
            insert(db, number, &ada, kind, after(i64::from(number) - 9)).await.unwrap();
        }
        assert!(db.db.single_read().await.unwrap().has_due_letter(NOW, held).await.unwrap());
        let found = tx!(db, claim_letter(NOW, after(120), held)).unwrap();
        assert_eq!(found.unwrap().read().unwrap().id, letter_id(3));
        assert!(!db.db.single_read().await.unwrap().has_due_letter(NOW, held).await.unwrap());
        assert!(tx!(db, claim_letter(NOW, after(120), held)).unwrap().is_none());
        assert_eq!(claimed(db, NOW).await, Some(letter_id(1)));
    })
    .await;
}

#[tokio::test]
async fn letters_of_one_kind_are_withdrawn() {
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
        assert_eq!(tx!(db, withdraw_letters(&ada, Kind::DeletionReminder)).unwrap(), 2);
        assert_eq!(tx!(db, withdraw_letters(&ada, Kind::DeletionReminder)).unwrap(), 0);
        let left = db.rows("SELECT id FROM signet_letters ORDER BY id").await;
        assert_eq!(left, [letter_id(3).as_str(), letter_id(4).as_str()]);
    })
    .await;
}

#[tokio::test]
async fn all_letters_of_an_account_are_withdrawn() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, user) in [(1, &ada), (2, &ada), (3, &bob)] {
            letter(db, number, user).await;
        }
        assert!(tx!(db, give_letter_up(&letter_id(2), 0, NOW)).unwrap());
        assert_eq!(tx!(db, withdraw_all_letters(&ada)).unwrap(), 2, "one that was given up names its reader too");
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
async fn what_no_version_writes_is_reported_and_stays_claimed() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (odd, what) in [("kind = 'odd'", "letters.kind"), ("api_token = '{'", "letters.api_token")] {
            let id = letter(db, 1, &ada).await;
            db.run(&format!("UPDATE signet_letters SET {odd}")).await.unwrap();
            let claimed = tx!(db, claim_letter(NOW, after(120), None)).unwrap().unwrap();
            assert!(matches!(claimed.read(), Err(StoreError::Corrupt(of)) if of == what), "{what}");
            snapshot!(db.table("SELECT attempts, claimed_until FROM signet_letters").await, @"
            attempts  claimed_until
            1         1800000120
            ");
            assert!(tx!(db, delete_letter(&id)).unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn letters_that_were_given_up_long_ago_are_swept() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (number, offset) in [(1, -2), (2, -1), (3, 0)] {
            let id = letter(db, number, &ada).await;
            assert!(tx!(db, give_letter_up(&id, 0, after(offset))).unwrap());
        }
        let waiting = letter(db, 4, &ada).await;
        assert_eq!(tx!(db, sweep_given_up_letters(NOW, 1)).unwrap(), 1);
        assert_eq!(tx!(db, sweep_given_up_letters(NOW, 10)).unwrap(), 1);
        let left = db.rows("SELECT id FROM signet_letters ORDER BY id").await;
        assert_eq!(left, [letter_id(3).as_str(), waiting.as_str()]);
    })
    .await;
}
