//! What the tests of the store begin with.

use std::time::Duration;

use signet::{
    domain::{email::Email, id::UserId, time::Timestamp},
    server::store::{NewUser, StoreError, Tx},
};

use crate::db::TestDb;

/// The present.
pub const NOW: Timestamp = Timestamp(1_800_000_000);

/// The instant `seconds` from the present.
pub fn after(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds)
}

/// Runs a test on both databases, each time on a fresh one.
pub async fn on_each(test: impl AsyncFn(&TestDb)) {
    for db in TestDb::each().await {
        // Shown when the test fails: which of the two it was.
        println!("on {}", if db.is_postgres() { "PostgreSQL" } else { "SQLite" });
        test(&db).await;
    }
}

/// Runs one statement in a transaction of its own.
macro_rules! tx {
    ($db:expr, $statement:ident($($argument:expr),* $(,)?)) => {{
        let mut tx = $db.db.begin().await.unwrap();
        let result = tx.$statement($($argument),*).await;
        if result.is_ok() {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
        result
    }};
}

/// Makes the same attempt in two transactions at once; what came of each.
pub async fn race<T>(
    db: &TestDb,
    attempt: impl AsyncFn(&mut Tx) -> Result<T, StoreError>,
) -> [Result<T, StoreError>; 2] {
    let run = async || {
        let mut tx = db.db.begin().await?;
        let result = attempt(&mut tx).await;
        // Long enough for the other to arrive at the same row.
        tokio::time::sleep(Duration::from_millis(20)).await;
        if result.is_ok() {
            tx.commit().await?;
        }
        result
    };
    let (one, other) = tokio::join!(run(), run());
    [one, other]
}

/// An address.
pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// The account with this number.
pub fn user_id(number: u8) -> UserId {
    UserId::from_random([number; 16])
}

/// An unverified account, with the password hash `hash`.
pub async fn unverified(db: &TestDb, number: u8, address: &str) -> UserId {
    let id = user_id(number);
    let new = NewUser { id: &id, email: &email(address), password_hash: "hash", at: NOW };
    tx!(db, insert_user(&new)).unwrap();
    id
}

/// An account that has verified its address.
pub async fn verified(db: &TestDb, number: u8, address: &str) -> UserId {
    let id = unverified(db, number, address).await;
    assert!(tx!(db, mark_verified(&id, NOW)).unwrap());
    id
}
