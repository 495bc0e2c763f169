//! Statements on `email_changes`.

use signet::{
    domain::{
        email_change::{EmailChange, State},
        id::{LinkId, UserId},
        time::Timestamp,
    },
    server::store::{NewEmailChange, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after, email, is_conflict, link_id, on_each, race, two_users, user_id, verified, winners};

async fn insert(db: &TestDb, number: u8, user: &UserId, expires_at: Timestamp) -> Result<LinkId, StoreError> {
    let id = link_id(number);
    let new = NewEmailChange {
        id: &id,
        user_id: user,
        old_email: &email("Old@Example.com"),
        new_email: &email("New@Example.com"),
        stamp: 3,
        at: NOW,
        expires_at,
    };
    tx!(db, insert_email_change(&new)).map(|()| id)
}

async fn open(db: &TestDb, number: u8, user: &UserId) -> LinkId {
    insert(db, number, user, after(60)).await.unwrap()
}

/// A change that is confirmed now and can be undone for `window` seconds.
async fn confirmed(db: &TestDb, number: u8, user: &UserId, window: i64) -> LinkId {
    let id = open(db, number, user).await;
    assert!(tx!(db, confirm_email_change(&id, 4, NOW, after(window))).unwrap());
    id
}

async fn states(db: &TestDb) -> Vec<String> {
    db.rows("SELECT state FROM signet_email_changes ORDER BY id").await
}

#[tokio::test]
async fn a_change_is_read_as_it_was_asked_for() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let id = open(db, 1, &ada).await;
        let expected = EmailChange {
            id: id.clone(),
            user_id: ada.clone(),
            old_email: email("Old@Example.com"),
            new_email: email("New@Example.com"),
            state: State::Open,
            requested_at: NOW,
            expires_at: after(60),
            confirmed_at: None,
            undo_until: None,
            stamp: 3,
        };
        assert!(tx!(db, email_change(&id)).unwrap().as_ref() == Some(&expected));
        assert!(tx!(db, open_email_change(&ada)).unwrap() == Some(expected));
        assert!(tx!(db, open_email_change(&bob)).unwrap().is_none());
        assert!(tx!(db, email_change(&link_id(9))).unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_account_has_one_open_change_at_most() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        open(db, 1, &ada).await;
        assert!(is_conflict(&insert(db, 2, &ada, after(60)).await));
        open(db, 3, &bob).await;
        assert!(tx!(db, close_email_change(&ada, State::Replaced)).unwrap());
        open(db, 4, &ada).await;
        assert_eq!(states(db).await, ["replaced", "open", "open"]);
    })
    .await;
}

#[tokio::test]
async fn of_two_requests_at_once_one_is_refused() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let numbers = std::sync::Mutex::new(vec![1, 2]);
        let (old, new) = (email("old@example.com"), email("new@example.com"));
        let results = race(db, async |tx| {
            let id = link_id(numbers.lock().unwrap().pop().unwrap());
            let change = NewEmailChange {
                id: &id,
                user_id: &ada,
                old_email: &old,
                new_email: &new,
                stamp: 0,
                at: NOW,
                expires_at: NOW,
            };
            tx.insert_email_change(&change).await
        })
        .await;
        assert_eq!(results.iter().filter(|result| is_conflict(result)).count(), 1);
        assert_eq!(states(db).await, ["open"]);
    })
    .await;
}

#[tokio::test]
async fn an_accounts_changes_are_numbered_in_their_order() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for number in [3, 2, 1] {
            confirmed(db, number, &ada, 60).await;
        }
        open(db, 4, &bob).await;
        let positions = db.rows("SELECT position FROM signet_email_changes ORDER BY id").await;
        assert_eq!(positions, ["3", "2", "1", "1"]);
        let sql = format!("UPDATE signet_email_changes SET position = 2 WHERE id = '{}'", link_id(1));
        assert!(is_conflict(&db.run(&sql).await));
    })
    .await;
}

#[tokio::test]
async fn an_open_change_is_closed_once_in_any_state() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        open(db, 1, &bob).await;
        for state in State::ALL.iter().copied().filter(|state| *state != State::Open) {
            let id = open(db, 2, &ada).await;
            assert!(tx!(db, close_email_change(&ada, state)).unwrap());
            assert!(!tx!(db, close_email_change(&ada, State::Cancelled)).unwrap());
            assert!(tx!(db, open_email_change(&ada)).unwrap().is_none());
            assert!(tx!(db, email_change(&id)).unwrap().is_some_and(|change| change.state == state));
            tx!(db, delete_email_changes(&ada)).unwrap();
        }
        assert_eq!(states(db).await, ["open"], "the other account's");
    })
    .await;
}

#[tokio::test]
async fn a_change_is_confirmed_up_to_its_last_second() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (offset, works) in [(-1, true), (0, true), (1, false)] {
            let id = insert(db, 1, &ada, NOW).await.unwrap();
            let confirmed = tx!(db, confirm_email_change(&id, 4, after(offset), after(99))).unwrap();
            assert_eq!(confirmed, works, "{offset}");
            tx!(db, delete_email_changes(&ada)).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_change_carries_its_new_stamp_and_window() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = confirmed(db, 1, &ada, 7).await;
        let change = tx!(db, email_change(&id)).unwrap().unwrap();
        assert_eq!((change.state, change.stamp), (State::Confirmed, 4));
        assert_eq!((change.confirmed_at, change.undo_until), (Some(NOW), Some(after(7))));
    })
    .await;
}

#[tokio::test]
async fn a_change_is_confirmed_once_and_only_while_it_is_open() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = open(db, 1, &ada).await;
        let attempts = race(db, async |tx| tx.confirm_email_change(&id, 4, NOW, after(7)).await).await;
        assert_eq!(winners(attempts), 1);
        for state in State::ALL.iter().copied().filter(|state| *state != State::Open) {
            db.run(&format!("UPDATE signet_email_changes SET state = '{}'", state.word())).await.unwrap();
            assert!(!tx!(db, confirm_email_change(&id, 5, NOW, after(9))).unwrap(), "{state:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn either_the_confirmation_or_the_cancellation_wins() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = open(db, 1, &ada).await;
        let turn = std::sync::atomic::AtomicBool::new(false);
        let attempts = race(db, async |tx| {
            if turn.fetch_xor(true, std::sync::atomic::Ordering::SeqCst) {
                tx.close_email_change(&ada, State::Cancelled).await
            } else {
                tx.confirm_email_change(&id, 4, NOW, after(7)).await
            }
        })
        .await;
        assert_eq!(winners(attempts), 1);
    })
    .await;
}

#[tokio::test]
async fn a_change_is_undone_up_to_the_last_second_of_its_window() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (offset, works) in [(-1, true), (0, true), (1, false)] {
            let id = confirmed(db, 1, &ada, 7).await;
            let undone = tx!(db, undo_email_change(&id, &ada, after(7 + offset))).unwrap();
            assert_eq!(undone, works, "{offset}");
            tx!(db, delete_email_changes(&ada)).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_is_undone_once_and_only_by_its_own_account() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let id = confirmed(db, 1, &ada, 7).await;
        assert!(!tx!(db, undo_email_change(&id, &bob, NOW)).unwrap());
        let attempts = race(db, async |tx| tx.undo_email_change(&id, &ada, NOW).await).await;
        assert_eq!(winners(attempts), 1);
        for state in State::ALL.iter().copied().filter(|state| *state != State::Confirmed) {
            db.run(&format!("UPDATE signet_email_changes SET state = '{}'", state.word())).await.unwrap();
            assert!(!tx!(db, undo_email_change(&id, &ada, NOW)).unwrap(), "{state:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn undoing_a_change_closes_the_later_ones_of_the_account_and_leaves_the_earlier() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for number in [1, 2, 3] {
            confirmed(db, number, &ada, 60).await;
        }
        open(db, 4, &ada).await;
        tx!(db, close_email_change(&ada, State::Cancelled)).unwrap();
        open(db, 5, &ada).await;
        open(db, 6, &bob).await;
        assert!(tx!(db, undo_email_change(&link_id(2), &ada, NOW)).unwrap());
        let expected = ["confirmed", "undone", "superseded", "cancelled", "superseded", "open"];
        assert_eq!(states(db).await, expected);
        assert!(!tx!(db, undo_email_change(&link_id(3), &ada, NOW)).unwrap());
        assert!(tx!(db, undo_email_change(&link_id(1), &ada, NOW)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_undo_that_comes_too_late_closes_nothing() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let first = confirmed(db, 1, &ada, 7).await;
        confirmed(db, 2, &ada, 60).await;
        assert!(!tx!(db, undo_email_change(&first, &ada, after(8))).unwrap());
        assert_eq!(states(db).await, ["confirmed", "confirmed"]);
    })
    .await;
}

#[tokio::test]
async fn a_sweep_leaves_a_change_for_as_long_as_one_of_its_links_could_work() {
    on_each(async |db| {
        let cases = [
            (State::Open, -1, false),
            (State::Open, 0, true),
            (State::Open, 1, true),
            (State::Confirmed, -1, false),
            (State::Confirmed, 0, true),
            (State::Confirmed, 1, true),
            (State::Cancelled, -1, false),
            (State::Cancelled, 0, true),
            (State::Replaced, -1, false),
            (State::Replaced, 0, true),
            (State::Undone, -1, false),
            (State::Undone, 0, true),
            (State::Superseded, -1, false),
            (State::Superseded, 0, true),
        ];
        for (number, (state, offset, _)) in (1..).zip(cases) {
            let user = verified(db, number, &format!("user{number}@example.com")).await;
            open(db, number, &user).await;
            let (word, at) = (state.word(), NOW.0 + offset);
            // The deadline for confirming a confirmed change is long past.
            let times = if matches!(state, State::Confirmed | State::Undone) {
                format!("expires_at = 1, undo_until = {at}")
            } else {
                format!("expires_at = {at}")
            };
            let sql = format!("UPDATE signet_email_changes SET state = '{word}', {times} WHERE user_id = '{user}'");
            db.run(&sql).await.unwrap();
        }
        assert_eq!(tx!(db, sweep_email_changes(NOW, 10)).unwrap(), 6);
        let left = db.rows("SELECT id FROM signet_email_changes ORDER BY id").await;
        let kept = (1..).zip(cases).filter(|(_, (.., stays))| *stays);
        assert_eq!(left, kept.map(|(number, _)| link_id(number).to_string()).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn the_changes_of_one_account_are_removed_and_go_with_it() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        confirmed(db, 1, &ada, 7).await;
        open(db, 2, &ada).await;
        open(db, 3, &bob).await;
        tx!(db, delete_email_changes(&ada)).unwrap();
        assert_eq!(db.rows("SELECT user_id FROM signet_email_changes").await, [bob.as_str()]);
        db.run(&format!("DELETE FROM signet_users WHERE id = '{bob}'")).await.unwrap();
        assert_eq!(states(db).await, [""; 0]);
        assert!(insert(db, 1, &user_id(9), NOW).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_state_that_no_version_writes_is_reported() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = open(db, 1, &ada).await;
        db.run("UPDATE signet_email_changes SET state = 'odd'").await.unwrap();
        let read = tx!(db, email_change(&id));
        assert!(matches!(read, Err(StoreError::Corrupt("email_changes.state"))));
    })
    .await;
}
