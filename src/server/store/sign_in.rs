//! Statements on `known_devices`.

use super::{StoreError, Tx, execute, with_conn};
use crate::domain::{id::UserId, time::Timestamp};

impl Tx {
    /// From how many browsers the user has signed in to an account, and whether this is one of them.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn known_devices(&mut self, user: &UserId, device_hash: &[u8]) -> Result<(i64, bool), StoreError> {
        const SQL: &str = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN device_hash = $2 THEN 1 ELSE 0 END), 0) \
             FROM signet_known_devices WHERE user_id = $1";
        let (all, this): (i64, i64) =
            with_conn!(self, |conn| sqlx::query_as(SQL).bind(user.as_str()).bind(device_hash).fetch_one(conn).await)?;
        Ok((all, this > 0))
    }

    /// Whether the account that has verified this address knows a browser. An unverified account does not count,
    /// because anyone can create one for any address.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn is_known_device(&mut self, email_key: &str, device_hash: &[u8]) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM signet_known_devices WHERE device_hash = $2 AND user_id IN \
             (SELECT id FROM signet_users WHERE email_key = $1 AND email_verified_at IS NOT NULL AND deleted_at IS NULL)";
        let known: i64 =
            with_conn!(self, |conn| sqlx::query_scalar(SQL).bind(email_key).bind(device_hash).fetch_one(conn).await)?;
        Ok(known > 0)
    }

    /// Remembers a browser from which the user signs in.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn remember_device(
        &mut self,
        user: &UserId,
        device_hash: &[u8],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_known_devices (user_id, device_hash, first_seen_at) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id, device_hash) DO NOTHING";
        execute!(self, SQL, user.as_str(), device_hash, at.0).map(drop)
    }

    /// Forgets every browser of an account except one.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn forget_other_devices(&mut self, user: &UserId, keep: &[u8]) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_known_devices WHERE user_id = $1 AND device_hash <> $2";
        execute!(self, SQL, user.as_str(), keep).map(drop)
    }

    /// Forgets every browser of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn forget_devices(&mut self, user: &UserId) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_known_devices WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).map(drop)
    }
}
