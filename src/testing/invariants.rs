//! What must hold of the database after every action: what `signet check` looks for.

use super::db::TestDb;
use crate::{domain::time::Timestamp, server::lifecycle::check};

/// Panics if an invariant is broken at `now`; the message lists every broken one.
pub async fn hold(db: &TestDb, now: Timestamp) {
    let broken = broken(db, now).await;
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// Every broken invariant at `now`.
pub async fn broken(db: &TestDb, now: Timestamp) -> Vec<String> {
    let breaches = check(&db.db, now).await.unwrap();
    breaches.into_iter().map(|breach| format!("{}: {}", breach.what, breach.row)).collect()
}
