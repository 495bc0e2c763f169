//! Searches a whole database for rows that break an invariant.

use crate::{
    domain::time::Timestamp,
    server::{
        lifecycle::Error,
        store::{Breach, Db},
    },
};

/// Every breach of an invariant in `db` at `now`. Reads whole tables and changes nothing.
///
/// # Errors
/// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
pub async fn check(db: &Db, now: Timestamp) -> Result<Vec<Breach>, Error> {
    Ok(db.breaches(now).await?)
}
