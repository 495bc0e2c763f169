//! Statements on `exports`: the copies that people have requested of their data.

use crate::{
    domain::{
        export::{Export, State},
        id::{ExportId, UserId},
        time::Timestamp,
    },
    server::store::{StoreError, Tx, execute, one_row, with_conn},
};

/// An export that is asked for.
pub struct NewExport<'a> {
    /// Its row, and the name of its file.
    pub id: &'a ExportId,
    /// Whose data.
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
    /// Whether an export can be claimed: what a worker asks before it begins a transaction.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn has_due_export(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT id FROM signet_exports WHERE state = 'building' AND requested_at <= $1 \
             AND (claimed_until IS NULL OR claimed_until <= $1) LIMIT 1";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_optional(conn).await)?;
        Ok(id.is_some())
    }

    /// Asks for an export.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the account has one.
    pub async fn insert_export(&mut self, new: &NewExport<'_>) -> Result<(), StoreError> {
        const SQL: &str =
            "INSERT INTO signet_exports (id, user_id, state, requested_at) VALUES ($1, $2, 'building', $3)";
        execute!(self, SQL, new.id.as_str(), new.user_id.as_str(), new.at.0).map(drop)
    }

    /// An export by its row.
    ///
    /// # Errors
    /// Any of the database's.
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
    /// Any of the database's.
    pub async fn export_of(&mut self, user: &UserId) -> Result<Option<Export>, StoreError> {
        const SQL: &str =
            "SELECT id, user_id, state, requested_at, ready_at, expires_at FROM signet_exports WHERE user_id = $1";
        let row: Option<ExportRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_optional(conn).await)?;
        row.map(ExportRow::into_export).transpose()
    }

    /// Notes that an export's file is there; `false` if somebody was first, or it is gone.
    ///
    /// # Errors
    /// Any of the database's.
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

    /// Removes an account's export unless it is being prepared; whose file may go.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn drop_ready_export(&mut self, user: &UserId) -> Result<Option<ExportId>, StoreError> {
        const SQL: &str = "DELETE FROM signet_exports WHERE user_id = $1 AND state = 'ready' RETURNING id";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(user.as_str()).fetch_optional(conn).await)?;
        Ok(id.map(ExportId::from_row))
    }

    /// Removes an account's export, whatever it has come to; `false` if it has none.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn drop_export(&mut self, user: &UserId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_exports WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).and_then(one_row("exports.user_id"))
    }

    /// Claims the export that waits longest until `until`, so that no other worker prepares it
    /// meanwhile; `None` if none waits.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn claim_export(&mut self, now: Timestamp, until: Timestamp) -> Result<Option<Export>, StoreError> {
        const SQLITE: &str = "UPDATE signet_exports SET claimed_until = $2 WHERE id = \
             (SELECT id FROM signet_exports WHERE state = 'building' AND requested_at <= $1 \
             AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY requested_at LIMIT 1) \
             RETURNING id, user_id, state, requested_at, ready_at, expires_at";
        // Here several claim at once, and each passes over what another one holds.
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

    /// Removes exports that have run out; their files may go.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn sweep_exports(&mut self, now: Timestamp) -> Result<Vec<ExportId>, StoreError> {
        const SQL: &str = "DELETE FROM signet_exports WHERE state = 'ready' AND expires_at < $1 RETURNING id";
        let ids: Vec<String> = with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(ExportId::from_row).collect())
    }
}
