//! Statements that erase an account's own row, and its log if the strategy removes that too.

use crate::{
    domain::{id::UserId, mail_token::Purpose, time::Timestamp},
    server::store::{StoreError, Tx, execute, one_row, with_conn},
};

impl Tx {
    /// Claims the oldest account that was made before `made_before` and never confirmed its address: the transaction
    /// locks its row. Leaves out an account with a confirm link that still works, and one whose deletion is
    /// scheduled. `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn claim_unconfirmed(
        &mut self,
        made_before: Timestamp,
        now: Timestamp,
    ) -> Result<Option<UserId>, StoreError> {
        const SQLITE: &str = "UPDATE signet_users SET created_at = created_at WHERE id = \
             (SELECT id FROM signet_users u WHERE email_verified_at IS NULL AND deleted_at IS NULL \
             AND deletion_scheduled_at IS NULL AND created_at < $1 AND NOT EXISTS (SELECT 1 FROM signet_mail_links \
             WHERE user_id = u.id AND purpose = $3 AND expires_at >= $2) \
             ORDER BY created_at LIMIT 1) RETURNING id";
        // Skips an account that another transaction holds, which may be confirming it.
        const POSTGRES: &str = "UPDATE signet_users SET created_at = created_at WHERE id = \
             (SELECT id FROM signet_users u WHERE email_verified_at IS NULL AND deleted_at IS NULL \
             AND deletion_scheduled_at IS NULL AND created_at < $1 AND NOT EXISTS (SELECT 1 FROM signet_mail_links \
             WHERE user_id = u.id AND purpose = $3 AND expires_at >= $2) \
             ORDER BY created_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) RETURNING id";
        let sql = match self {
            Self::Sqlite(..) => SQLITE,
            Self::Postgres(..) => POSTGRES,
        };
        let id: Option<String> = with_conn!(self, |conn| sqlx::query_scalar(sql)
            .bind(made_before.0)
            .bind(now.0)
            .bind(Purpose::VerifyEmail.word())
            .fetch_optional(conn)
            .await)?;
        Ok(id.map(UserId::from_row))
    }

    /// Clears everything personal on the account's own row (strategy anonymize).
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn anonymize_user(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET email = NULL, email_key = NULL, email_verified_at = NULL, name = NULL, \
             language = NULL, password_hash = NULL, deletion_retry_at = NULL, \
             security_stamp = security_stamp + 1, deleted_at = $2, anonymized_at = $2 \
             WHERE id = $1 AND anonymized_at IS NULL";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("users.id"))
    }

    /// Marks an account as deleted and removes its password; everything else in the row stays (strategy
    /// `soft_delete`).
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn soft_delete_user(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_users SET password_hash = NULL, deletion_retry_at = NULL, \
             security_stamp = security_stamp + 1, deleted_at = $2 \
             WHERE id = $1 AND deleted_at IS NULL";
        execute!(self, SQL, id.as_str(), at.0).and_then(one_row("users.id"))
    }

    /// Removes the row of an anonymized account, every row that refers to it, and its events (strategy
    /// `hard_delete`). For every other account, the database refuses to delete events.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn remove_user(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        const MARK: &str = "UPDATE signet_users SET hard_deleted_at = $2 WHERE id = $1 AND anonymized_at IS NOT NULL";
        const EVENTS: &str = "DELETE FROM signet_events WHERE user_id = $1 \
             AND EXISTS (SELECT 1 FROM signet_users WHERE id = $1 AND hard_deleted_at IS NOT NULL)";
        const SQL: &str = "DELETE FROM signet_users WHERE id = $1 AND hard_deleted_at IS NOT NULL";
        execute!(self, MARK, id.as_str(), at.0)?;
        execute!(self, EVENTS, id.as_str())?;
        execute!(self, SQL, id.as_str()).and_then(one_row("users.id"))
    }
}
