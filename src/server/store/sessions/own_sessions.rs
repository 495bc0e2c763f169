//! Statements on `sessions` for their owner, who lists and ends them.

use crate::{
    domain::{
        id::{SessionId, UserId},
        sessions::MOST_SESSIONS,
        time::Timestamp,
    },
    server::store::{StoreError, Tx, execute, with_conn},
};

/// The earliest `last_seen_at` and the earliest `created_at` of a live session.
pub type Since = (Timestamp, Timestamp);

/// A session as its owner sees it: without its token and anything from which the token could be derived.
pub struct SessionLine {
    /// The session's id.
    pub id: SessionId,
    /// The network address from which the user signed in.
    pub ip: Option<String>,
    /// The browser's user agent.
    pub user_agent: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last used, or an open page of it last refreshed itself, to within
    /// [`Lifetime::touch_every`](crate::domain::sessions::Lifetime::touch_every).
    pub last_seen_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: String,
    ip: Option<String>,
    user_agent: String,
    created_at: i64,
    seen_at: i64,
}

impl From<LineRow> for SessionLine {
    fn from(row: LineRow) -> Self {
        Self {
            id: SessionId::from_row(row.id),
            ip: row.ip,
            user_agent: row.user_agent,
            created_at: Timestamp(row.created_at),
            last_seen_at: Timestamp(row.seen_at),
        }
    }
}

impl Tx {
    /// How many live sessions an account has.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_sessions(&mut self, user: &UserId, since: Since) -> Result<i64, StoreError> {
        const SQL: &str =
            "SELECT COUNT(*) FROM signet_sessions WHERE user_id = $1 AND last_seen_at >= $2 AND created_at >= $3";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(user.as_str())
            .bind(since.0.0)
            .bind(since.1.0)
            .fetch_one(conn)
            .await)?)
    }

    /// The live sessions of an account, the most recently seen first.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn live_sessions(&mut self, user: &UserId, since: Since) -> Result<Vec<SessionLine>, StoreError> {
        const SQL: &str = "SELECT id, ip, user_agent, created_at, \
             CASE WHEN looked_at > last_seen_at THEN looked_at ELSE last_seen_at END AS seen_at FROM signet_sessions \
             WHERE user_id = $1 AND last_seen_at >= $2 AND created_at >= $3 \
             ORDER BY seen_at DESC, created_at DESC, id LIMIT $4";
        let rows: Vec<LineRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(user.as_str())
            .bind(since.0.0)
            .bind(since.1.0)
            .bind(MOST_SESSIONS)
            .fetch_all(conn)
            .await)?;
        Ok(rows.into_iter().map(SessionLine::from).collect())
    }

    /// Ends one session of an account and returns its browser's user agent; `None` if the account has no such
    /// session.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn revoke_session(&mut self, id: &SessionId, user: &UserId) -> Result<Option<String>, StoreError> {
        const SQL: &str = "DELETE FROM signet_sessions WHERE id = $1 AND user_id = $2 RETURNING user_agent";
        Ok(with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(id.as_str())
            .bind(user.as_str())
            .fetch_optional(conn)
            .await)?)
    }

    /// Ends the sessions of an account that have been unused for longest, so that `keep` are left, and returns how
    /// many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn end_oldest_sessions(&mut self, user: &UserId, keep: i64) -> Result<u64, StoreError> {
        // SQLite has no OFFSET without a LIMIT. If there are more rows, the next sign-in deletes the rest.
        const SQL: &str = "DELETE FROM signet_sessions WHERE id IN (SELECT id FROM signet_sessions WHERE user_id = $1 \
             ORDER BY last_seen_at DESC, created_at DESC, id LIMIT 1000 OFFSET $2)";
        execute!(self, SQL, user.as_str(), keep)
    }
}
