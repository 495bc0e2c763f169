//! Statements on `replaced_tokens`: tokens that sessions had before sudo mode began.

use crate::{
    domain::{
        id::{LinkId, SessionId},
        time::Timestamp,
    },
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
        const SQL: &str = "INSERT INTO signet_replaced_tokens (token_hash, user_id, session_id, device_hash, stamp, expires_at) \
             SELECT s.token_hash, s.user_id, s.id, $2, u.security_stamp, $3 \
             FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id WHERE s.id = $1";
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
        const SQL: &str = "SELECT r.expires_at FROM signet_replaced_tokens r \
             JOIN signet_users o ON o.id = r.user_id AND o.security_stamp = r.stamp \
             WHERE r.token_hash = $2 AND r.session_id = $1 AND r.device_hash = $3";
        let expires_at: Option<i64> = with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(session.as_str())
            .bind(token_hash)
            .bind(device_hash)
            .fetch_optional(conn)
            .await)?;
        Ok(expires_at.map(Timestamp))
    }

    /// Notes by which mailed code the token was replaced; the code expires at `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn keep_code_of_replaced_token(
        &mut self,
        token_hash: &[u8],
        code: &LinkId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE signet_replaced_tokens SET code_id = $2, code_expires_at = $3 WHERE token_hash = $1";
        execute!(self, SQL, token_hash, code.as_str(), expires_at.0).map(drop)
    }

    /// Takes the mailed code by which a token was replaced, and when the code expires: the next call finds none. The
    /// caller holds the session.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn take_code_of_replaced_token(
        &mut self,
        token_hash: &[u8],
    ) -> Result<Option<(LinkId, Timestamp)>, StoreError> {
        const FIND: &str = "SELECT code_id, code_expires_at FROM signet_replaced_tokens \
             WHERE token_hash = $1 AND code_id IS NOT NULL AND code_expires_at IS NOT NULL";
        const TAKE: &str = "UPDATE signet_replaced_tokens SET code_id = NULL WHERE token_hash = $1";
        let code: Option<(String, i64)> =
            with_conn!(self, |conn| sqlx::query_as(FIND).bind(token_hash).fetch_optional(conn).await)?;
        if code.is_some() {
            execute!(self, TAKE, token_hash)?;
        }
        Ok(code.map(|(id, expires_at)| (LinkId::from_row(id), Timestamp(expires_at))))
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
