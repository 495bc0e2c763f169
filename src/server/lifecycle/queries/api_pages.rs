//! The queries of the API.

use crate::{
    domain::{id::SessionId, time::Timestamp},
    server::{
        lifecycle::{ApiViewer, Error, Lifecycle, security_log::SecurityLogEntry},
        store::SessionLine,
    },
};

/// A session, for the API.
pub struct ApiSession {
    /// Its id.
    pub id: SessionId,
    /// The `User-Agent` header of the browser.
    pub user_agent: String,
    /// The address from which the user signed in.
    pub ip: Option<String>,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When it was last used, to within minutes.
    pub last_seen_at: Timestamp,
}

/// A page of the security log, newest first.
pub struct ApiEvents {
    /// The events, each with its id.
    pub entries: Vec<(i64, SecurityLogEntry)>,
    /// The `before` of the next page, if there is one.
    pub next_before: Option<i64>,
}

impl Lifecycle {
    /// The live sessions of the token's account, the most recently used first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn api_sessions(&self, viewer: &ApiViewer) -> Result<Vec<ApiSession>, Error> {
        let now = self.clock.now();
        let lines = self.db.single_read().await?.live_sessions(&viewer.user.id, self.policy.session.since(now)).await?;
        let session = |line: SessionLine| ApiSession {
            id: line.id,
            user_agent: line.user_agent,
            ip: line.ip,
            created_at: line.created_at,
            last_seen_at: line.last_seen_at,
        };
        Ok(lines.into_iter().map(session).collect())
    }

    /// At most `limit` events of the token's account, from before the event `before`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn api_events(&self, viewer: &ApiViewer, before: Option<i64>, limit: u8) -> Result<ApiEvents, Error> {
        // Reads one event more than it returns, to see whether there is another page.
        let mut rows = self.db.single_read().await?.events(&viewer.user.id, before, i64::from(limit) + 1).await?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next_before = rows.last().filter(|_| more).map(|row| row.id);
        Ok(ApiEvents { entries: rows.into_iter().map(|row| (row.id, row.into())).collect(), next_before })
    }
}
