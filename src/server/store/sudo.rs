//! Statements on `sudo_codes`: mailed codes that begin sudo mode. The program derives a code from its row and a key
//! that is not in the database.

use super::{StoreError, Tx, execute, one_row, with_conn};
use crate::domain::{
    id::{LinkId, SessionId, UserId},
    time::Timestamp,
};

/// A code that is about to be mailed.
pub struct NewSudoCode<'a> {
    /// The code's id.
    pub id: &'a LinkId,
    /// The account that it is for.
    pub user_id: &'a UserId,
    /// The session that requested it. The code works in no other session.
    pub session_id: &'a SessionId,
    /// Now.
    pub at: Timestamp,
    /// The last second in which it works. Its tries count until then too, unless earlier tries still count.
    pub expires_at: Timestamp,
}

/// The code of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SudoCode {
    /// The code's id.
    pub id: LinkId,
    /// The account that it is for.
    pub user_id: UserId,
    /// The session that requested it; empty if that has ended.
    pub session_id: SessionId,
    /// The last second in which it works.
    pub expires_at: Timestamp,
    /// How many tries the user has made.
    pub tries: i64,
    /// Until when those tries count against a new code too.
    pub window_until: Timestamp,
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    id: String,
    user_id: String,
    session_id: String,
    expires_at: i64,
    tries: i64,
    window_until: i64,
}

impl From<CodeRow> for SudoCode {
    fn from(row: CodeRow) -> Self {
        Self {
            id: LinkId::from_row(row.id),
            user_id: UserId::from_row(row.user_id),
            session_id: SessionId::from_row(row.session_id),
            expires_at: Timestamp(row.expires_at),
            tries: row.tries,
            window_until: Timestamp(row.window_until),
        }
    }
}

impl Tx {
    /// Replaces an account's last code. The tries of the old code count against the new one as long as their window
    /// lasts (ASVS V6.6.3).
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn put_sudo_code(&mut self, new: &NewSudoCode<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_sudo_codes (user_id, id, session_id, created_at, expires_at, window_until) \
             VALUES ($1, $2, $3, $4, $5, $5) \
             ON CONFLICT (user_id) DO UPDATE SET id = $2, session_id = $3, created_at = $4, expires_at = $5, \
             tries = CASE WHEN signet_sudo_codes.window_until < $4 THEN 0 ELSE signet_sudo_codes.tries END, \
             window_until = CASE WHEN signet_sudo_codes.window_until < $4 THEN $5 ELSE signet_sudo_codes.window_until END";
        execute!(self, SQL, new.user_id.as_str(), new.id.as_str(), new.session_id.as_str(), new.at.0, new.expires_at.0)
            .map(drop)
    }

    /// The last code of an account, whether or not it still works.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sudo_code(&mut self, user: &UserId) -> Result<Option<SudoCode>, StoreError> {
        const SQL: &str = "SELECT id, user_id, COALESCE(session_id, '') AS session_id, expires_at, tries, \
             window_until FROM signet_sudo_codes \
             WHERE user_id = $1";
        let row: Option<CodeRow> =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).fetch_optional(conn).await)?;
        Ok(row.map(SudoCode::from))
    }

    /// Counts a try at a session's code; `None` if the session has no code, or the code has expired or was tried
    /// `most` times.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn try_sudo_code(
        &mut self,
        user: &UserId,
        session: &SessionId,
        most: i64,
        now: Timestamp,
    ) -> Result<Option<SudoCode>, StoreError> {
        const SQL: &str = "UPDATE signet_sudo_codes SET tries = tries + 1 \
             WHERE user_id = $1 AND session_id = $2 AND tries < $3 AND expires_at >= $4 \
             RETURNING id, user_id, session_id, expires_at, tries, window_until";
        let row: Option<CodeRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(user.as_str())
            .bind(session.as_str())
            .bind(most)
            .bind(now.0)
            .fetch_optional(conn)
            .await)?;
        Ok(row.map(SudoCode::from))
    }

    /// Removes the code of an account; `false` if there was none.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_sudo_code(&mut self, user: &UserId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_sudo_codes WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).and_then(one_row("sudo_codes.user_id"))
    }

    /// Removes at most `limit` expired codes whose tries do not count any more and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_sudo_codes(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_sudo_codes WHERE user_id IN \
             (SELECT user_id FROM signet_sudo_codes WHERE expires_at < $1 AND window_until < $1 LIMIT $2)";
        execute!(self, SQL, now.0, limit)
    }
}
