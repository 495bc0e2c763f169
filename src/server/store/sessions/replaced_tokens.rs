//! Statements on `replaced_tokens`: tokens that sessions had before sudo mode began.

use crate::{
    domain::{id::SessionId, time::Timestamp},
    server::store::{StoreError, Tx, execute, with_conn},
};

impl Tx {
    /// Keeps the token that a session has now as a replaced one, for the browser with this device cookie. The caller
    /// gives the session a new token next.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn keep_replaced_token(
        &mut self,
        session: &SessionId,
        device_hash: &[u8],
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_replaced_tokens (token_hash, user_id, session_id, device_hash, expires_at) \
             SELECT token_hash, user_id, id, $2, $3 FROM signet_sessions WHERE id = $1";
        execute!(self, SQL, session.as_str(), device_hash, expires_at.0).map(drop)
    }

    /// Until when a replaced token of a session works in the browser with this device cookie; `None` if there is no
    /// such token.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn replaced_token(
        &mut self,
        session: &SessionId,
        token_hash: &[u8],
        device_hash: &[u8],
    ) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT expires_at FROM signet_replaced_tokens \
             WHERE token_hash = $2 AND session_id = $1 AND device_hash = $3";
        let expires_at: Option<i64> = with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(session.as_str())
            .bind(token_hash)
            .bind(device_hash)
            .fetch_optional(conn)
            .await)?;
        Ok(expires_at.map(Timestamp))
    }

    /// Ends every replaced token of a session.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_replaced_tokens(&mut self, session: &SessionId) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_replaced_tokens WHERE session_id = $1";
        execute!(self, SQL, session.as_str()).map(drop)
    }

    /// Removes at most `limit` replaced tokens whose time is over and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_replaced_tokens(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_replaced_tokens WHERE token_hash IN \
             (SELECT token_hash FROM signet_replaced_tokens WHERE expires_at < $1 LIMIT $2)";
        execute!(self, SQL, now.0, limit)
    }
}
