//! Statements on `erasure_ledgers`, which says how many entries of which ledger this database has carried out, and
//! a statement that the replay of the other entries needs.

use crate::{
    domain::id::{LedgerId, UserId},
    server::store::{StoreError, Tx, execute, with_conn},
};

impl Tx {
    /// How many entries of a ledger this database has carried out; `None` if it has never used that ledger.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn carried_out(&mut self, ledger: &LedgerId) -> Result<Option<i64>, StoreError> {
        const SQL: &str = "SELECT entries FROM signet_erasure_ledgers WHERE id = $1";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(ledger.as_str()).fetch_optional(conn).await)?)
    }

    /// Counts an erasure and returns its number in the ledger. The transaction holds the row until it ends, so the
    /// numbers are in the order of the commits, and the number of a rolled-back erasure is used again.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_erasure(&mut self, ledger: &LedgerId) -> Result<i64, StoreError> {
        const SQL: &str = "INSERT INTO signet_erasure_ledgers (id, entries) VALUES ($1, 1) \
             ON CONFLICT (id) DO UPDATE SET entries = signet_erasure_ledgers.entries + 1 RETURNING entries";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(ledger.as_str()).fetch_one(conn).await)?)
    }

    /// Records that the database has carried out `entries` of a ledger, unless the recorded number is higher.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn catch_up(&mut self, ledger: &LedgerId, entries: i64) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_erasure_ledgers (id, entries) VALUES ($1, $2) \
             ON CONFLICT (id) DO UPDATE SET entries = excluded.entries \
             WHERE signet_erasure_ledgers.entries < excluded.entries";
        execute!(self, SQL, ledger.as_str(), entries).map(drop)
    }

    /// Whether this database has carried out entries of another ledger.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn knows_another_ledger(&mut self, ledger: &LedgerId) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_erasure_ledgers WHERE id <> $1 AND entries > 0";
        let others: i64 = with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(ledger.as_str()).fetch_one(conn).await)?;
        Ok(others > 0)
    }

    /// Accounts that are not erased, in the order of their ids, after `after`.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn living_after(&mut self, after: &str, limit: i64) -> Result<Vec<UserId>, StoreError> {
        const SQL: &str = "SELECT id FROM signet_users WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT $2";
        let rows: Vec<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(after).bind(limit).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(UserId::from_row).collect())
    }
}
