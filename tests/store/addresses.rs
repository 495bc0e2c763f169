//! Which of several accounts may use an address first.

use std::time::Duration;

use signet::testing::TestDb;

use crate::fixture::email;

/// On PostgreSQL only: SQLite allows one write at a time.
#[tokio::test]
async fn whoever_comes_with_an_address_second_waits_for_the_first() {
    let Some(db) = TestDb::postgres().await else { return };
    let key = email("ada@example.com").key();
    let mut first = db.db.begin().await.unwrap();
    first.reserve_address(&key).await.unwrap();
    let other = email("bob@example.com").key();
    tx!(db, reserve_address(&other)).unwrap();
    let mut second = db.db.begin().await.unwrap();
    let waits = Duration::from_millis(200);
    assert!(tokio::time::timeout(waits, second.reserve_address(&key)).await.is_err());
    drop(second);
    first.commit().await.unwrap();
    tx!(db, reserve_address(&key)).unwrap();
}
