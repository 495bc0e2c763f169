//! Statements on `provider_attempts`: a row for each user whom Signet has sent to a provider and who is not back
//! yet.

use crate::{
    domain::{
        id::{SessionId, UserId},
        providers::{AskFor, ProviderId},
        time::Timestamp,
    },
    server::store::{StoreError, Tx, execute, one_row, with_conn},
};

/// A new attempt.
pub struct NewAttempt<'a> {
    /// The id of its row, derived from the browser's secret.
    pub id: &'a str,
    /// The provider.
    pub provider: &'a ProviderId,
    /// Why the user goes there.
    pub ask: AskFor,
    /// The signed-in account and its session; `None` for signing in.
    pub viewer: Option<(&'a UserId, &'a SessionId)>,
    /// The page to show afterwards.
    pub return_to: &'a str,
    /// Now.
    pub at: Timestamp,
    /// The last second in which it works.
    pub expires_at: Timestamp,
}

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The provider.
    pub provider: ProviderId,
    /// Why the user goes there.
    pub ask: AskFor,
    /// The signed-in account and its session; `None` for signing in.
    pub viewer: Option<(UserId, SessionId)>,
    /// The page to show afterwards.
    pub return_to: String,
    /// When it began.
    pub started_at: Timestamp,
    /// The last second in which it works.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    provider: String,
    ask: String,
    user_id: Option<String>,
    session_id: Option<String>,
    return_to: String,
    started_at: i64,
    expires_at: i64,
}

impl AttemptRow {
    fn into_attempt(self) -> Result<Attempt, StoreError> {
        let viewer = self.user_id.zip(self.session_id);
        Ok(Attempt {
            provider: ProviderId::from_row(self.provider),
            ask: AskFor::from_word(&self.ask).ok_or(StoreError::Corrupt("provider_attempts.ask"))?,
            viewer: viewer.map(|(user, session)| (UserId::from_row(user), SessionId::from_row(session))),
            return_to: self.return_to,
            started_at: Timestamp(self.started_at),
            expires_at: Timestamp(self.expires_at),
        })
    }
}

impl Attempt {
    /// Whether the attempt works at `now`. It does not if the clock was set back since it began.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.started_at <= now && now <= self.expires_at
    }
}

impl Tx {
    /// Adds an attempt.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn insert_attempt(&mut self, new: &NewAttempt<'_>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_provider_attempts \
             (id, provider, ask, user_id, session_id, return_to, started_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        execute!(
            self,
            SQL,
            new.id,
            new.provider.as_str(),
            new.ask.word(),
            new.viewer.map(|(user, _)| user.as_str()),
            new.viewer.map(|(_, session)| session.as_str()),
            new.return_to,
            new.at.0,
            new.expires_at.0
        )
        .map(drop)
    }

    /// An attempt, expired or not; it stays usable.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails or holds an unreadable value.
    pub async fn attempt(&mut self, id: &str) -> Result<Option<Attempt>, StoreError> {
        const SQL: &str = "SELECT provider, ask, user_id, session_id, return_to, started_at, expires_at \
             FROM signet_provider_attempts WHERE id = $1";
        let row: Option<AttemptRow> = with_conn!(self, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn).await)?;
        row.map(AttemptRow::into_attempt).transpose()
    }

    /// Deletes an attempt; `false` if another request has deleted it. The deletion makes a provider's answer
    /// single-use.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn take_attempt(&mut self, id: &str) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM signet_provider_attempts WHERE id = $1";
        execute!(self, SQL, id).and_then(one_row("provider_attempts.id"))
    }

    /// Removes every attempt of an account.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn drop_attempts(&mut self, user: &UserId) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_provider_attempts WHERE user_id = $1";
        execute!(self, SQL, user.as_str()).map(drop)
    }

    /// Removes at most `limit` expired attempts and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_attempts(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM signet_provider_attempts WHERE id IN \
             (SELECT id FROM signet_provider_attempts WHERE expires_at < $1 LIMIT $2)";
        execute!(self, SQL, now.0, limit)
    }
}
