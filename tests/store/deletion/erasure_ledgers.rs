//! Statements on `erasure_ledgers`.

use signet::domain::id::LedgerId;

use crate::fixture::{anonymized, on_each, race, soft_deleted, two_users, user_id, verified};

fn ledger(byte: u8) -> LedgerId {
    LedgerId::from_random([byte; 16])
}

#[tokio::test]
async fn erasures_are_counted_one_by_one_for_each_ledger() {
    on_each(async |db| {
        assert_eq!(tx!(db, carried_out(&ledger(1))).unwrap(), None);
        for number in 1..=3 {
            assert_eq!(tx!(db, count_erasure(&ledger(1))).unwrap(), number);
        }
        assert_eq!(tx!(db, count_erasure(&ledger(2))).unwrap(), 1);
        assert_eq!(tx!(db, carried_out(&ledger(1))).unwrap(), Some(3));
    })
    .await;
}

#[tokio::test]
async fn two_at_once_get_different_numbers_and_one_that_is_taken_back_is_given_again() {
    on_each(async |db| {
        let mut numbers = race(db, async |tx| tx.count_erasure(&ledger(1)).await).await.map(Result::unwrap);
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2]);
        let mut tx = db.db.begin().await.unwrap();
        assert_eq!(tx.count_erasure(&ledger(1)).await.unwrap(), 3);
        tx.rollback().await.unwrap();
        assert_eq!(tx!(db, count_erasure(&ledger(1))).unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn catching_up_never_goes_back() {
    on_each(async |db| {
        for (to, stands_at) in [(0, 0), (5, 5), (3, 5), (6, 6)] {
            tx!(db, catch_up(&ledger(1), to)).unwrap();
            assert_eq!(tx!(db, carried_out(&ledger(1))).unwrap(), Some(stands_at));
        }
    })
    .await;
}

#[tokio::test]
async fn another_ledger_is_known_by_its_first_entry() {
    on_each(async |db| {
        tx!(db, count_erasure(&ledger(1))).unwrap();
        tx!(db, catch_up(&ledger(2), 0)).unwrap();
        assert!(!tx!(db, knows_another_ledger(&ledger(1))).unwrap());
        assert!(tx!(db, knows_another_ledger(&ledger(2))).unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_living_are_read_page_by_page() {
    on_each(async |db| {
        assert_eq!(tx!(db, living_after("", 10)).unwrap(), []);
        let (one, two) = two_users(db).await;
        anonymized(db, 7).await;
        soft_deleted(db, 8).await;
        verified(db, 9, "nine@example.com").await;
        let mut all = vec![one, two, user_id(9)];
        all.sort();
        assert_eq!(tx!(db, living_after("", 10)).unwrap(), all);
        assert_eq!(tx!(db, living_after("", 2)).unwrap(), all[..2]);
        assert_eq!(tx!(db, living_after(all[1].as_str(), 2)).unwrap(), all[2..]);
    })
    .await;
}
