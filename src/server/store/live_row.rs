//! Reads the values that decide what the pages of a session show, and subscribes to an account's changes.

use super::{AccountSubscription, Db, StoreError, Tx, with_conn};
use crate::domain::{
    id::{SessionId, UserId},
    time::Timestamp,
};

/// The values that decide what the pages of one session show.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LiveRow {
    /// The account's address.
    pub email: String,
    /// When the address was verified.
    pub email_verified_at: Option<i64>,
    /// The display name.
    pub name: Option<String>,
    /// Whether the account has a password.
    pub has_password: bool,
    /// When the account will be erased.
    pub delete_at: Option<i64>,
    /// When the person signed in.
    pub signed_in_at: i64,
    /// When the session was last used.
    pub last_seen_at: i64,
    /// When the session last entered sudo mode.
    pub sudo_at: Option<i64>,
    /// How many sessions the account has.
    pub sessions: i64,
    /// Until when the open e-mail change can be confirmed.
    pub change_until: Option<i64>,
    /// Until when the user can download the export. While the export is not ready: when the user requested it.
    pub export_at: Option<i64>,
    /// The id of the account's newest event. Nearly every change to an account records an event.
    pub last_event: Option<i64>,
}

impl Db {
    /// Subscribes to every change to `user` that is announced from now on.
    #[must_use]
    pub fn watch(&self, user: &UserId) -> AccountSubscription {
        match self {
            Self::Sqlite(_, live, _) => live.watch(user),
            Self::Postgres(pool, live, _) => {
                let watch = live.watch(user);
                live.listen_to(pool);
                watch
            }
        }
    }
}

impl Tx {
    /// The values that decide what a session's pages show; `None` if the session has ended or its account is
    /// deleted.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn live_row(&mut self, session: &SessionId, user: &UserId) -> Result<Option<LiveRow>, StoreError> {
        const SQL: &str = "SELECT u.email, u.email_verified_at, u.name, u.password_hash IS NOT NULL AS has_password, \
             u.delete_at, s.created_at AS signed_in_at, s.last_seen_at, s.sudo_at, \
             (SELECT COUNT(*) FROM signet_sessions o WHERE o.user_id = u.id) AS sessions, \
             (SELECT c.expires_at FROM signet_email_changes c WHERE c.user_id = u.id AND c.state = 'open') AS change_until, \
             (SELECT COALESCE(x.expires_at, x.requested_at) FROM signet_exports x WHERE x.user_id = u.id) AS export_at, \
             (SELECT MAX(e.id) FROM signet_events e WHERE e.user_id = u.id) AS last_event \
             FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id \
             WHERE s.id = $1 AND s.user_id = $2 AND u.email IS NOT NULL AND u.deleted_at IS NULL";
        Ok(with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(session.as_str())
            .bind(user.as_str())
            .fetch_optional(conn)
            .await)?)
    }
}

impl LiveRow {
    /// When the session began and was last used.
    #[must_use]
    pub const fn seen(&self) -> (Timestamp, Timestamp) {
        (Timestamp(self.signed_in_at), Timestamp(self.last_seen_at))
    }
}
