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

/// An account that is due for erasure, with its row locked by the transaction.
pub struct ClaimedDeletion {
    /// The account's id.
    pub id: UserId,
    /// The account, or the error that reading its row gave.
    pub user: Result<User, StoreError>,
}

impl Tx {
    /// Whether an account is due for erasure. A worker asks this before it begins a transaction.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn has_due_deletion(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT id FROM signet_users \
             WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             AND (deletion_retry_at IS NULL OR deletion_retry_at <= $1) LIMIT 1";
        let id: Option<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_optional(conn).await)?;
        Ok(id.is_some())
    }

    /// Closes an account, stores the promised date and raises the security stamp. Returns the new stamp; `None` if the
    /// account was already closed. Also stores
    /// `grace`: a `CHECK` of the database then refuses every date that is earlier than `grace` after the request.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn schedule_deletion(
        &mut self,
        id: &UserId,
        scheduled: Scheduled,
        grace: Span,
    ) -> Result<Option<i64>, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_scheduled_at = $2, delete_at = $3, deletion_grace = $4, \
             security_stamp = security_stamp + 1 \
             WHERE id = $1 AND deletion_scheduled_at IS NULL AND deleted_at IS NULL AND anonymized_at IS NULL \
             RETURNING security_stamp";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(id.as_str())
            .bind(scheduled.deletion_scheduled_at.0)
            .bind(scheduled.delete_at.0)
            .bind(i64::from(grace.as_seconds()))
            .fetch_optional(conn)
            .await)?)
    }

    /// Reopens a closed account; `false` if the account was not closed, or is erased.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn cancel_deletion(&mut self, id: &UserId) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_scheduled_at = NULL, delete_at = NULL, deletion_grace = 0, \
             deletion_retry_at = NULL \
             WHERE id = $1 AND deletion_scheduled_at IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str()).and_then(one_row("users.id"))
    }

    /// Moves the date of a scheduled deletion to `at`; `false` if the date is already `at` or later, or no deletion
    /// is scheduled.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn postpone_deletion(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET delete_at = $2 \
             WHERE id = $1 AND delete_at < $2 AND deleted_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("users.id"))
    }

    /// Claims the account whose deletion is longest overdue: the transaction locks its row. `None` if none is due.
    /// The row does not say that it is claimed. The lock is enough, because this same transaction erases the account
    /// or rolls back.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn claim_deletion(&mut self, now: Timestamp) -> Result<Option<ClaimedDeletion>, StoreError> {
        const SQLITE: &str = "UPDATE signet_users SET created_at = created_at WHERE id = \
             (SELECT id FROM signet_users WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             AND (deletion_retry_at IS NULL OR deletion_retry_at <= $1) ORDER BY delete_at LIMIT 1) \
             RETURNING id, email, email_verified_at, name, password_hash IS NOT NULL AS has_password, \
             security_stamp, created_at, deletion_scheduled_at, delete_at, language";
        // On PostgreSQL several workers claim at once. Each skips a row that another transaction has locked, because
        // another worker claims it or its user cancels the deletion. The query takes the same lock as the update,
        // and no stronger one.
        const POSTGRES: &str = "UPDATE signet_users SET created_at = created_at WHERE id = \
             (SELECT id FROM signet_users WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             AND (deletion_retry_at IS NULL OR deletion_retry_at <= $1) ORDER BY delete_at LIMIT 1 \
             FOR NO KEY UPDATE SKIP LOCKED) \
             RETURNING id, email, email_verified_at, name, password_hash IS NOT NULL AS has_password, \
             security_stamp, created_at, deletion_scheduled_at, delete_at, language";
        let sql = match self {
            Self::Sqlite(..) => SQLITE,
            Self::Postgres(..) => POSTGRES,
        };
        let row: Option<UserRow> = with_conn!(self, |conn| sqlx::query_as(sql).bind(now.0).fetch_optional(conn).await)?;
        Ok(row.map(|row| ClaimedDeletion { id: UserId::from_row(row.id.clone()), user: row.into_user() }))
    }

    /// Moves the next attempt to erase an account to `at`, because an attempt has failed and other accounts are due.
    /// Returns `false` if the deletion was cancelled or executed meanwhile.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn put_deletion_off(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_retry_at = $2 \
             WHERE id = $1 AND delete_at IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("users.id"))
    }

    /// Accounts whose deletion is due, the longest overdue first.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn due_deletions(&mut self, now: Timestamp, limit: i64) -> Result<Vec<UserId>, StoreError> {
        const SQL: &str = "SELECT id FROM signet_users \
             WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             ORDER BY delete_at LIMIT $2";
        let ids: Vec<String> =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).bind(limit).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(UserId::from_row).collect())
    }

    /// How many accounts are due for erasure.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_due_deletions(&mut self, now: Timestamp) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_users \
             WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(now.0).fetch_one(conn).await)?)
    }
}
