//! Statements on the columns of `users` that concern deletions.

use crate::{
    domain::{
        deletion::Scheduled,
        id::UserId,
        time::{Span, Timestamp},
        user::User,
    },
    server::store::{StoreError, Tx, execute, one_row, users::UserRow, with_conn},
};

/// An account that is to be erased, with its row held.
pub struct ClaimedDeletion {
    /// Its name.
    pub id: UserId,
    /// The account, or why it cannot be read.
    pub user: Result<User, StoreError>,
}

impl Tx {
    /// Whether an account can be claimed for its erasure: what a worker asks before it begins a
    /// transaction.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn has_due_deletion(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT id FROM signet_users \
             WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             AND (deletion_retry_at IS NULL OR deletion_retry_at <= $1) LIMIT 1";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_optional(conn).await)?;
        Ok(id.is_some())
    }

    /// Closes an account and stores the promise; `false` if it was closed already. The database
    /// refuses a date nearer than `grace`, now and as long as the promise stands.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn schedule_deletion(
        &mut self,
        id: &UserId,
        scheduled: Scheduled,
        grace: Span,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_scheduled_at = $2, delete_at = $3, deletion_grace = $4, \
             security_stamp = security_stamp + 1 \
             WHERE id = $1 AND deletion_scheduled_at IS NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        execute!(
            self,
            SQL,
            id.as_str(),
            scheduled.deletion_scheduled_at.0,
            scheduled.delete_at.0,
            i64::from(grace.as_seconds())
        )
        .and_then(one_row("users.id"))
    }

    /// Reopens a closed account; `false` if it was not closed (any more).
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn cancel_deletion(&mut self, id: &UserId) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_scheduled_at = NULL, delete_at = NULL, deletion_grace = 0, \
             deletion_retry_at = NULL \
             WHERE id = $1 AND deletion_scheduled_at IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str()).and_then(one_row("users.id"))
    }

    /// Moves the date of a scheduled deletion to `at`; `false` if it is not nearer than that, or
    /// there is none.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn postpone_deletion(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET delete_at = $2 \
             WHERE id = $1 AND delete_at < $2 AND deleted_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("users.id"))
    }

    /// The claim of an execution: holds the row of the account whose deletion is longest overdue,
    /// and gives it, if only its name where it cannot be read; `None` if none is due. It stays scheduled, since it is erased in the same
    /// transaction or not at all.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn claim_deletion(&mut self, now: Timestamp) -> Result<Option<ClaimedDeletion>, StoreError> {
        const SQLITE: &str = "UPDATE signet_users SET created_at = created_at WHERE id = \
             (SELECT id FROM signet_users WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             AND (deletion_retry_at IS NULL OR deletion_retry_at <= $1) ORDER BY delete_at LIMIT 1) \
             RETURNING id, email, email_verified_at, name, password_hash IS NOT NULL AS has_password, \
             security_stamp, created_at, deletion_scheduled_at, delete_at";
        // Here several claim at once, and each passes over what another one holds: another worker, or
        // the person, who may be keeping the account. Held as by the update itself, no more.
        const POSTGRES: &str = "UPDATE signet_users SET created_at = created_at WHERE id = \
             (SELECT id FROM signet_users WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             AND (deletion_retry_at IS NULL OR deletion_retry_at <= $1) ORDER BY delete_at LIMIT 1 \
             FOR NO KEY UPDATE SKIP LOCKED) \
             RETURNING id, email, email_verified_at, name, password_hash IS NOT NULL AS has_password, \
             security_stamp, created_at, deletion_scheduled_at, delete_at";
        let sql = match self {
            Self::Sqlite(..) => SQLITE,
            Self::Postgres(..) => POSTGRES,
        };
        let row: Option<UserRow> = with_conn!(self, |conn| sqlx::query_as(sql).bind(now.0).fetch_optional(conn).await)?;
        Ok(row.map(|row| ClaimedDeletion { id: UserId::from_row(row.id.clone()), user: row.into_user() }))
    }

    /// Has an account that could not be erased wait until `at`, so that the others get their turn;
    /// `false` if its deletion was called off or executed meanwhile.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn put_deletion_off(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_retry_at = $2 \
             WHERE id = $1 AND delete_at IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("users.id"))
    }

    /// Accounts whose deletion is due, the longest overdue first.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn due_deletions(&mut self, now: Timestamp, limit: i64) -> Result<Vec<UserId>, StoreError> {
        const SQL: &str = "SELECT id FROM signet_users \
             WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             ORDER BY delete_at LIMIT $2";
        let ids: Vec<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).bind(limit).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(UserId::from_row).collect())
    }

    /// How many accounts are due.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn count_due_deletions(&mut self, now: Timestamp) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_users \
             WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_one(conn).await)?)
    }
}
