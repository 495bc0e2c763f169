//! Statements on `clock`.

use super::{StoreError, Tx, with_conn};
use crate::domain::time::Timestamp;

impl Tx {
    /// When an operator last said that the clock is right.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn clock_confirmed_at(&mut self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT confirmed_at FROM clock WHERE id = $1";
        let at: Option<i64> = with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(1_i64).fetch_optional(conn).await)?;
        Ok(at.map(Timestamp))
    }

    /// Notes that an operator says that the clock, which shows `at`, is right.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn confirm_clock(&mut self, at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO clock (id, confirmed_at) VALUES (1, $1) \
             ON CONFLICT (id) DO UPDATE SET confirmed_at = excluded.confirmed_at";
        with_conn!(self, |conn| sqlx::query(SQL).bind(at.0).execute(conn).await.map(drop))?;
        Ok(())
    }
}
