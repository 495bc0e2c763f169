//! Statements on what `users` says of deletions.

use crate::{
    domain::{
        deletion::Scheduled,
        id::UserId,
        time::{Span, Timestamp},
        user::User,
    },
    server::store::{StoreError, Tx, one_row, users::UserRow, with_conn},
};

impl Tx {
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
        job: &str,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_scheduled_at = $2, delete_at = $3, deletion_grace = $4, deletion_job = $5, \
             security_stamp = security_stamp + 1 \
             WHERE id = $1 AND deletion_scheduled_at IS NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .bind(scheduled.deletion_scheduled_at.0)
            .bind(scheduled.delete_at.0)
            .bind(i64::from(grace.as_seconds()))
            .bind(job)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        one_row(affected, "users.id")
    }

    /// Reopens a closed account; `None` if it was not closed (any more), else the job
    /// that would have executed the deletion.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn cancel_deletion(&mut self, id: &UserId) -> Result<Option<String>, StoreError> {
        // The job is read first: RETURNING gives new values only, and the lock on the row is already held.
        const JOB: &str = "SELECT deletion_job FROM signet_users WHERE id = $1 AND deletion_scheduled_at IS NOT NULL";
        const SQL: &str = "UPDATE signet_users SET deletion_scheduled_at = NULL, delete_at = NULL, deletion_grace = 0, deletion_job = NULL \
             WHERE id = $1 AND deletion_scheduled_at IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        let job: Option<Option<String>> =
            with_conn!(self, |conn| sqlx::query_scalar(JOB).bind(id.as_str()).fetch_optional(conn).await)?;
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(one_row(affected, "users.id")?.then(|| job.flatten().unwrap_or_default()))
    }

    /// Gives a scheduled deletion that has lost its job `old` (empty when it never had one) the
    /// job `new`; `false` if it has another by now, is not scheduled any more, or was executed.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn wake_deletion(&mut self, id: &UserId, old: &str, new: &str) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET deletion_job = $3 WHERE id = $1 AND COALESCE(deletion_job, '') = $2 \
             AND deletion_scheduled_at IS NOT NULL AND deleted_at IS NULL AND anonymized_at IS NULL";
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .bind(old)
            .bind(new)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        one_row(affected, "users.id")
    }

    /// Moves the date of a scheduled deletion to `at`; `false` if it is not nearer than that, or
    /// there is none.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn postpone_deletion(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET delete_at = $2 \
             WHERE id = $1 AND delete_at < $2 AND deleted_at IS NULL AND anonymized_at IS NULL";
        let affected = with_conn!(self, |conn| sqlx::query(SQL)
            .bind(id.as_str())
            .bind(at.0)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
        one_row(affected, "users.id")
    }

    /// The claim of an execution: holds the row of an account whose deletion is due, and
    /// gives it; `None` unless it is still scheduled and `delete_at <= now`.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn claim_deletion(&mut self, id: &UserId, now: Timestamp) -> Result<Option<User>, StoreError> {
        const SQL: &str = "UPDATE signet_users SET created_at = created_at \
             WHERE id = $1 AND delete_at <= $2 AND deleted_at IS NULL AND anonymized_at IS NULL \
             RETURNING id, email, email_verified_at, name, password_hash, security_stamp, created_at, \
             deletion_scheduled_at, delete_at";
        let row: Option<UserRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(id.as_str()).bind(now.0).fetch_optional(conn).await)?;
        row.map(UserRow::into_user).transpose()
    }

    /// Accounts whose deletion is due, the longest overdue first.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn due_deletions(&mut self, now: Timestamp, limit: i64) -> Result<Vec<(UserId, String)>, StoreError> {
        const SQL: &str = "SELECT id, COALESCE(deletion_job, '') FROM signet_users \
             WHERE delete_at <= $1 AND deleted_at IS NULL AND anonymized_at IS NULL \
             ORDER BY delete_at LIMIT $2";
        let rows: Vec<(String, String)> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(now.0).bind(limit).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(|(id, job)| (UserId::from_row(id), job)).collect())
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
