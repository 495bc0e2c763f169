//! The ledger of erasures, in a separate database, for SQLite and for PostgreSQL.

use signet::{
    domain::{
        deletion::{
            Strategy,
            erasure::ledger::{Entry, KeyMark, Subject},
        },
        id::LedgerId,
    },
    server::store::{Ledger, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after};

fn entry(number: i64, byte: u8) -> Entry {
    Entry {
        number,
        subject: Subject([byte; 32]),
        key_mark: KeyMark([byte; 8]),
        strategy: Strategy::SoftDelete,
        erased_at: after(number),
    }
}

fn name(byte: u8) -> LedgerId {
    LedgerId::from_random([byte; 16])
}

/// Runs a test on a ledger of each kind, with its URL and the object that holds the database.
async fn on_each(test: impl AsyncFn(&str)) {
    let folder = tempfile::tempdir().unwrap();
    test(&format!("sqlite://{}/new/ledger.db", folder.path().display())).await;
    // On a server a database for the ledger begins empty, not as a copy of Signet's.
    if let Some(db) = TestDb::postgres_empty().await {
        test(db.url()).await;
    }
}

#[tokio::test]
async fn a_ledger_keeps_the_name_that_it_was_given_first() {
    on_each(async |url| {
        assert_eq!(Ledger::at(url.into(), name(1)).id().await.unwrap(), name(1));
        assert_eq!(Ledger::at(url.into(), name(2)).id().await.unwrap(), name(1));
    })
    .await;
}

#[tokio::test]
async fn an_entry_counts_when_it_is_certain_and_is_read_as_it_was_written() {
    on_each(async |url| {
        let ledger = Ledger::at(url.into(), name(1));
        assert_eq!(ledger.held().await.unwrap(), 0);
        for number in 1..=3 {
            ledger.enter(&entry(number, 7)).await.unwrap();
        }
        assert_eq!(ledger.held().await.unwrap(), 0);
        assert_eq!(ledger.entries_after(0, 10).await.unwrap(), []);
        ledger.settle(2).await.unwrap();
        assert_eq!(ledger.held().await.unwrap(), 2);
        assert_eq!(ledger.entries_after(0, 10).await.unwrap(), [entry(1, 7), entry(2, 7)]);
        assert_eq!(ledger.entries_after(0, 1).await.unwrap(), [entry(1, 7)]);
        assert_eq!(ledger.entries_after(1, 10).await.unwrap(), [entry(2, 7)]);
        assert!(entry(1, 7).erased_at > NOW);
    })
    .await;
}

#[tokio::test]
async fn an_entry_in_doubt_gives_way_and_a_certain_one_does_not() {
    on_each(async |url| {
        let ledger = Ledger::at(url.into(), name(1));
        ledger.enter(&entry(1, 7)).await.unwrap();
        ledger.enter(&entry(1, 8)).await.unwrap();
        ledger.settle(1).await.unwrap();
        let refused = ledger.enter(&entry(1, 9)).await;
        assert!(matches!(refused, Err(StoreError::LedgerAhead)), "{refused:?}");
        assert_eq!(ledger.entries_after(0, 10).await.unwrap(), [entry(1, 8)]);
    })
    .await;
}

#[tokio::test]
async fn entries_that_are_missing_are_counted() {
    on_each(async |url| {
        let ledger = Ledger::at(url.into(), name(1));
        assert_eq!(ledger.missing().await.unwrap(), 0);
        for (number, missing) in [(1, 0), (2, 0), (5, 2), (6, 2)] {
            ledger.enter(&entry(number, 7)).await.unwrap();
            ledger.settle(number).await.unwrap();
            assert_eq!(ledger.missing().await.unwrap(), missing, "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_ledger_that_cannot_be_opened_is_named_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("ledger.db");
    std::fs::create_dir(&place).unwrap();
    let ledger = Ledger::at(format!("sqlite://{}", place.display()).into(), name(1));
    let refused = ledger.held().await.unwrap_err().to_string();
    assert!(refused.starts_with("the ledger of erasures: "), "{refused}");
    std::fs::remove_dir(&place).unwrap();
    assert_eq!(ledger.held().await.unwrap(), 0);
}

/// Several processes on one PostgreSQL may share a file, and start at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_ledger_that_several_open_at_once_is_one() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/ledger.db", folder.path().display());
        let mut opening = tokio::task::JoinSet::new();
        for number in 1..=4 {
            let ledger = Ledger::at(url.as_str().into(), name(number));
            opening.spawn(async move { ledger.id().await.unwrap() });
        }
        let names: std::collections::BTreeSet<LedgerId> = opening.join_all().await.into_iter().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }
}
