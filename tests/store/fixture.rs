//! The steps and values that the tests of the store share.

use std::time::Duration;

use signet::{
    domain::{
        deletion::Scheduled,
        email::Email,
        id::{LetterId, LinkId, SessionId, UserId},
        language::Language,
        time::{Span, Timestamp},
    },
    server::store::{NewUser, StoreError, Tx},
    testing::TestDb,
};

/// The present.
pub const NOW: Timestamp = Timestamp(1_800_000_000);
/// The grace period of [`in_14_days`].
pub const GRACE: Span = Span::days(14);

/// The instant `seconds` from the present.
pub fn after(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds)
}

/// Runs a test on both databases, each time on a fresh one.
pub async fn on_each(test: impl AsyncFn(&TestDb)) {
    for db in TestDb::each().await {
        // The output is shown if the test fails: it names the database.
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

/// Runs the same attempt in two transactions at once; returns both results.
pub async fn race<T>(
    db: &TestDb,
    attempt: impl AsyncFn(&mut Tx) -> Result<T, StoreError>,
) -> [Result<T, StoreError>; 2] {
    let run = async || {
        let mut tx = db.db.begin().await?;
        let result = attempt(&mut tx).await;
        // Long enough for the other transaction to reach the same row.
        tokio::time::sleep(Duration::from_millis(20)).await;
        if result.is_ok() {
            tx.commit().await?;
        }
        result
    };
    let (one, other) = tokio::join!(run(), run());
    [one, other]
}

/// How many of two attempts won; the loser must have been told that it did not.
pub fn winners(attempts: [Result<bool, StoreError>; 2]) -> usize {
    attempts.into_iter().filter(|attempt| *attempt.as_ref().unwrap()).count()
}

/// Whether another transaction was first.
pub fn is_conflict<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Conflict))
}

/// Whether a later attempt may succeed.
pub fn is_unavailable<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}

/// An address.
pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// The account with this number.
pub fn user_id(number: u8) -> UserId {
    UserId::from_random([number; 16])
}

/// The session with this number.
pub fn session_id(number: u8) -> SessionId {
    SessionId::from_random([number; 16])
}

/// The link or e-mail change with this number.
pub fn link_id(number: u8) -> LinkId {
    LinkId::from_random([number; 16])
}

/// The letter with this number.
pub fn letter_id(number: u8) -> LetterId {
    LetterId::from_random([number; 16])
}

/// An unverified account with the password hash `hash`.
pub async fn unverified(db: &TestDb, number: u8, address: &str) -> UserId {
    let id = user_id(number);
    let new =
        NewUser { id: &id, email: &email(address), password_hash: Some("hash"), language: Language::English, at: NOW };
    tx!(db, insert_user(&new)).unwrap();
    id
}

/// An account that has verified its address.
pub async fn verified(db: &TestDb, number: u8, address: &str) -> UserId {
    let id = unverified(db, number, address).await;
    assert!(tx!(db, mark_verified(&id, NOW)).unwrap());
    id
}

/// Two accounts, for statements that must touch one and leave the other alone.
pub async fn two_users(db: &TestDb) -> (UserId, UserId) {
    (verified(db, 1, "ada@example.com").await, verified(db, 2, "bob@example.com").await)
}

/// A deletion asked for now, due in 14 days.
pub fn in_14_days() -> Scheduled {
    Scheduled::at(NOW, Span::days(14))
}

/// An account whose deletion is due in 14 days.
pub async fn closed(db: &TestDb, number: u8, address: &str) -> UserId {
    let id = verified(db, number, address).await;
    assert!(tx!(db, schedule_deletion(&id, in_14_days(), GRACE)).unwrap().is_some());
    id
}

/// An account that has been erased.
pub async fn anonymized(db: &TestDb, number: u8) -> UserId {
    let id = verified(db, number, &format!("gone{number}@example.com")).await;
    assert!(tx!(db, anonymize_user(&id, NOW)).unwrap());
    id
}

/// An account that keeps its data but counts as deleted.
pub async fn soft_deleted(db: &TestDb, number: u8) -> UserId {
    let id = verified(db, number, &format!("soft{number}@example.com")).await;
    let sql = format!("UPDATE signet_users SET deleted_at = {} WHERE id = '{id}'", NOW.0);
    assert_eq!(db.run(&sql).await.unwrap(), 1);
    id
}

/// Makes PostgreSQL end every connection to a database except the one that asks for it.
pub async fn end_connections(db: &TestDb) {
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(!db.rows(others).await.is_empty());
}
