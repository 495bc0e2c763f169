//! Statements on `exports`: the copies of their data that users have requested.

use crate::{
    domain::{
        export::{Export, State},
        id::{ExportId, UserId},
        time::Timestamp,
    },
    server::store::{StoreError, Tx, execute, one_row, with_conn},
};

/// A new export.
pub struct NewExport<'a> {
    /// The id of its row, which is also the name of its file.
    pub id: &'a ExportId,
    /// The account whose data it will contain.
    pub user_id: &'a UserId,
    /// Now.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ExportRow {
    id: String,
    user_id: String,
    state: String,
    requested_at: i64,
    ready_at: Option<i64>,
    expires_at: Option<i64>,
}

impl ExportRow {
    fn into_export(self) -> Result<Export, StoreError> {
        Ok(Export {
            id: ExportId::from_row(self.id),
            user_id: UserId::from_row(self.user_id),
            state: State::from_word(&self.state).ok_or(StoreError::Corrupt("exports.state"))?,
            requested_at: Timestamp(self.requested_at),
            ready_at: self.ready_at.map(Timestamp),
            expires_at: self.expires_at.map(Timestamp),
        })
    }
}

impl Tx {
    /// Whether an export is waiting for a worker. A worker asks this before it begins a transaction.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn has_due_export(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT id FROM signet_exports WHERE state = 'building' AND requested_at <= $1 \
             AND (claimed_until IS NULL OR claimed_until <= $1) LIMIT 1";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_optional(conn).await)?;
        Ok(id.is_some())
    }

    /// Adds an export for a worker to prepare.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the account already has one.
    pub async fn insert_export(&mut self, new: &NewExport<'_>) -> Result<(), StoreError> {
        const SQL: &str =
            "INSERT INTO signet_exports (id, user_id, state, requested_at) VALUES ($1, $2, 'building', $3)";
        execute!(self, SQL, new.id.as_str(), new.user_id.as_str(), new.at.0).map(drop)
    }

    /// An export by its id.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn export(&mut self, id: &ExportId) -> Result<Option<Export>, StoreError> {
        const SQL: &str =
            "SELECT id, user_id, state, requested_at, ready_at, expires_at FROM signet_exports WHERE id = $1";
        let row: Option<ExportRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(id.as_str()).fetch_optional(conn).await)?;
        row.map(ExportRow::into_export).transpose()
    }

    /// The export of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn export_of(&mut self, user: &UserId) -> Result<Option<Export>, StoreError> {
        const SQL: &str =
            "SELECT id, user_id, state, requested_at, ready_at, expires_at FROM signet_exports WHERE user_id = $1";
        let row: Option<ExportRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_optional(conn).await)?;
        row.map(ExportRow::into_export).transpose()
    }

    /// Marks an export as ready once its file exists; `false` if another worker has done so, or the export is gone.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn finish_export(
        &mut self,
        id: &ExportId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_exports SET state = 'ready', ready_at = $2, expires_at = $3, claimed_until = NULL \
             WHERE id = $1 AND state = 'building'";
        execute!(self, SQL, id.as_str(), now.0, expires_at.0).and_then(one_row("exports.id"))
    }

    /// Removes an account's finished export and returns its id, so that the caller can remove the file.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_ready_export(&mut self, user: &UserId) -> Result<Option<ExportId>, StoreError> {
        const SQL: &str = "DELETE FROM signet_exports WHERE user_id = $1 AND state = 'ready' RETURNING id";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(user.as_str()).fetch_optional(conn).await)?;
        Ok(id.map(ExportId::from_row))
    }

    /// Removes an account's export in any state; `false` if the account has none.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_export(&mut self, user: &UserId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_exports WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).and_then(one_row("exports.user_id"))
    }

    /// Claims the export that has waited longest. No other worker prepares it before `until`. `None` if none waits.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn claim_export(&mut self, now: Timestamp, until: Timestamp) -> Result<Option<Export>, StoreError> {
        const SQLITE: &str = "UPDATE signet_exports SET claimed_until = $2 WHERE id = \
             (SELECT id FROM signet_exports WHERE state = 'building' AND requested_at <= $1 \
             AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY requested_at LIMIT 1) \
             RETURNING id, user_id, state, requested_at, ready_at, expires_at";
        // On PostgreSQL several workers claim at once, and each skips a row that another one holds.
        const POSTGRES: &str = "UPDATE signet_exports SET claimed_until = $2 WHERE id = \
             (SELECT id FROM signet_exports WHERE state = 'building' AND requested_at <= $1 \
             AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY requested_at LIMIT 1 \
             FOR UPDATE SKIP LOCKED) \
             RETURNING id, user_id, state, requested_at, ready_at, expires_at";
        let sql = match self {
            Self::Sqlite(..) => SQLITE,
            Self::Postgres(..) => POSTGRES,
        };
        let row: Option<ExportRow> =
            with_conn!(self, |conn| sqlx::query_as(sql).bind(now.0).bind(until.0).fetch_optional(conn).await)?;
        row.map(ExportRow::into_export).transpose()
    }

    /// Removes at most `limit` expired exports and returns how many. Their files go with the sweep of the folder.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_exports(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_exports WHERE id IN \
             (SELECT id FROM signet_exports WHERE state = 'ready' AND expires_at < $1 LIMIT $2)";
        execute!(self, SQL, now.0, limit)
    }
}
