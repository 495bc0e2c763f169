//! Looking through a whole database for what must not be.

use crate::{
    domain::time::Timestamp,
    server::{
        lifecycle::Error,
        store::{Breach, Db},
    },
};

/// Everything in `db` that contradicts what Signet promises of it at `now`. Reads whole tables;
/// changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn check(db: &Db, now: Timestamp) -> Result<Vec<Breach>, Error> {
    Ok(db.breaches(now).await?)
}
