//! Statements on `sessions`.

pub(super) mod own_sessions;
pub(super) mod replaced_tokens;

use super::{LiveRow, StoreError, Tx, execute, one_row, users::UserRow, with_conn};
use crate::domain::{
    id::{SessionId, UserId},
    sessions::Session,
    sudo::SudoMode,
    time::Timestamp,
    user::User,
};

/// A new session.
pub struct NewSession<'a> {
    /// The session's id.
    pub id: &'a SessionId,
    /// The account that it belongs to.
    pub user_id: &'a UserId,
    /// SHA-256 of its token.
    pub token_hash: &'a [u8],
    /// The network address of the client.
    pub ip: Option<&'a str>,
    /// The client's user agent.
    pub user_agent: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// A session with the account it belongs to.
pub struct SessionOwner {
    /// The account.
    pub user: User,
    /// The session.
    pub session: Session,
    /// The values that decide what its pages show.
    pub live: LiveRow,
    /// Whether the token is the session's; otherwise it is one that the session had until shortly before.
    pub has_current_token: bool,
}

/// An account and one of its sessions, both locked.
#[derive(PartialEq, Eq)]
pub struct HeldSession {
    /// The account.
    pub user: User,
    /// The session.
    pub session: Session,
    /// Whether the session has the token that the caller named.
    pub has_current_token: bool,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    session_id: String,
    signed_in_at: i64,
    last_seen_at: i64,
    looked_at: Option<i64>,
    sudo_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    session: SessionRow,
    has_current_token: bool,
}

#[derive(sqlx::FromRow)]
struct VisitRow {
    #[sqlx(flatten)]
    owner: OwnerRow,
    /// Reads the same columns and four more.
    #[sqlx(flatten)]
    live: LiveRow,
}

impl OwnerRow {
    fn into_held(self) -> Result<HeldSession, StoreError> {
        let user = self.user.into_user()?;
        let session = Session {
            id: SessionId::from_row(self.session.session_id),
            user_id: user.id.clone(),
            created_at: Timestamp(self.session.signed_in_at),
            last_seen_at: Timestamp(self.session.last_seen_at),
            looked_at: self.session.looked_at.map(Timestamp),
            sudo_at: self.session.sudo_at.map(Timestamp),
        };
        Ok(HeldSession { user, session, has_current_token: self.has_current_token })
    }
}

impl Tx {
    /// Adds a session.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn insert_session(&mut self, new: &NewSession<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_sessions (id, user_id, token_hash, ip, user_agent, created_at, last_seen_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $6)";
        execute!(self, SQL, new.id.as_str(), new.user_id.as_str(), new.token_hash, new.ip, new.user_agent, new.at.0)
            .map(drop)
    }

    /// The session with this token, its account, and the values that decide what its pages show (see
    /// [`Tx::live_row`]), all in one read. A token that was replaced counts until its time is over, with the device that
    /// it belongs to. Returns none for a deleted account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn session_by_token(
        &mut self,
        token_hash: &[u8],
        device_hash: &[u8],
        now: Timestamp,
    ) -> Result<Option<SessionOwner>, StoreError> {
        const SQL: &str = "SELECT u.id, u.email, u.email_verified_at, u.name, \
             u.password_hash IS NOT NULL AS has_password, \
             u.security_stamp, u.created_at, u.deletion_scheduled_at, u.delete_at, u.language, \
             s.id AS session_id, s.created_at AS signed_in_at, s.last_seen_at, s.looked_at, s.sudo_at, \
             s.token_hash = $1 AS has_current_token, \
             (SELECT COUNT(*) FROM signet_sessions o WHERE o.user_id = u.id) AS sessions, \
             (SELECT c.expires_at FROM signet_email_changes c WHERE c.user_id = u.id AND c.state = 'open') AS change_until, \
             (SELECT COALESCE(x.expires_at, x.requested_at) FROM signet_exports x WHERE x.user_id = u.id) AS export_at, \
             (SELECT MAX(e.id) FROM signet_events e WHERE e.user_id = u.id) AS last_event \
             FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id \
             WHERE (s.token_hash = $1 OR s.id = (SELECT r.session_id FROM signet_replaced_tokens r \
             JOIN signet_users o ON o.id = r.user_id AND o.security_stamp = r.stamp \
             WHERE r.token_hash = $1 AND r.device_hash = $2 AND r.expires_at >= $3)) \
             AND u.email IS NOT NULL AND u.deleted_at IS NULL";
        let row: Option<VisitRow> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(token_hash)
            .bind(device_hash)
            .bind(now.0)
            .fetch_optional(conn)
            .await)?;
        row.map(|VisitRow { owner, live }| {
            let HeldSession { user, session, has_current_token } = owner.into_held()?;
            Ok(SessionOwner { user, session, live, has_current_token })
        })
        .transpose()
    }

    /// Loads a live account and one of its sessions, and holds both rows until the transaction ends, as
    /// [`Tx::lock_user`] does. The result includes what another transaction changed while this one waited, such as
    /// the session's token.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn hold_session(
        &mut self,
        id: &SessionId,
        user: &UserId,
        token_hash: &[u8],
    ) -> Result<Option<HeldSession>, StoreError> {
        // On SQLite only one transaction writes at a time, so no lock is needed.
        const SQLITE: &str = "SELECT u.id, u.email, u.email_verified_at, u.name, \
             u.password_hash IS NOT NULL AS has_password, \
             u.security_stamp, u.created_at, u.deletion_scheduled_at, u.delete_at, u.language, \
             s.id AS session_id, s.created_at AS signed_in_at, s.last_seen_at, s.looked_at, s.sudo_at, \
             s.token_hash = $3 AS has_current_token \
             FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id \
             WHERE s.id = $1 AND s.user_id = $2 \
             AND u.email IS NOT NULL AND u.deleted_at IS NULL AND u.anonymized_at IS NULL";
        // The statement locks both rows: PostgreSQL would return an unlocked row as it was before the wait. The
        // account's row comes first, because every action waits for that one.
        const POSTGRES: &str = "SELECT u.id, u.email, u.email_verified_at, u.name, \
             u.password_hash IS NOT NULL AS has_password, \
             u.security_stamp, u.created_at, u.deletion_scheduled_at, u.delete_at, u.language, \
             s.id AS session_id, s.created_at AS signed_in_at, s.last_seen_at, s.looked_at, s.sudo_at, \
             s.token_hash = $3 AS has_current_token \
             FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id \
             WHERE s.id = $1 AND s.user_id = $2 \
             AND u.email IS NOT NULL AND u.deleted_at IS NULL AND u.anonymized_at IS NULL \
             FOR NO KEY UPDATE OF u, s";
        let sql = match self {
            Self::Sqlite(..) => SQLITE,
            Self::Postgres(..) => POSTGRES,
        };
        let row: Option<OwnerRow> = with_conn!(self, |conn| sqlx::query_as(sql)
            .bind(id.as_str())
            .bind(user.as_str())
            .bind(token_hash)
            .fetch_optional(conn)
            .await)?;
        row.map(OwnerRow::into_held).transpose()
    }

    /// Gives a session another token. The old one stops working at once. `false` if the session has ended.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn renew_session(
        &mut self,
        id: &SessionId,
        token_hash: &[u8],
        sudo: SudoMode,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE signet_sessions SET token_hash = $2, \
             sudo_at = CASE WHEN $3 = 1 THEN sudo_at ELSE $4 END WHERE id = $1";
        let (is_kept, sudo_at) = match sudo {
            SudoMode::Kept => (1_i64, None),
            SudoMode::Begun(at) => (0, Some(at.0)),
            SudoMode::Ended => (0, None),
        };
        execute!(self, SQL, id.as_str(), token_hash, is_kept, sudo_at).and_then(one_row("sessions.id"))
    }

    /// Ends sudo mode in every session of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn end_sudo(&mut self, user: &UserId) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE signet_sessions SET sudo_at = NULL WHERE user_id = $1 AND sudo_at IS NOT NULL";
        execute!(self, SQL, user.as_str()).map(drop)
    }

    /// Moves `last_seen_at` forward, never back.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn touch_session(&mut self, id: &SessionId, at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE signet_sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2";
        execute!(self, SQL, id.as_str(), at.0).map(drop)
    }

    /// Moves `looked_at` forward, never back.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn note_look(&mut self, id: &SessionId, at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str =
            "UPDATE signet_sessions SET looked_at = $2 WHERE id = $1 AND (looked_at IS NULL OR looked_at < $2)";
        execute!(self, SQL, id.as_str(), at.0).map(drop)
    }

    /// Ends one session of an account; `false` if it had already ended.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn end_session(&mut self, id: &SessionId, user: &UserId) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_sessions WHERE id = $1 AND user_id = $2";
        execute!(self, SQL, id.as_str(), user.as_str()).and_then(one_row("sessions.id"))
    }

    /// Ends every session of an account except `keep` and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn end_sessions(&mut self, user: &UserId, keep: Option<&SessionId>) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_sessions WHERE user_id = $1 AND id <> $2";
        execute!(self, SQL, user.as_str(), keep.map_or("", SessionId::as_str))
    }

    /// Removes at most `limit` sessions that have passed one of the two time limits and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_sessions(
        &mut self,
        idle_since: Timestamp,
        begun_before: Timestamp,
        limit: i64,
    ) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_sessions WHERE id IN \
             (SELECT id FROM signet_sessions WHERE last_seen_at < $1 OR created_at < $2 LIMIT $3)";
        execute!(self, SQL, idle_since.0, begun_before.0, limit)
    }
}
