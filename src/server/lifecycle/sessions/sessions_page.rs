//! `list_sessions`: the browsers that are signed in to the account.

use crate::{
    domain::{
        id::SessionId,
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{Error, Lifecycle, Viewer, sudo::SudoWays},
        store::SessionLine,
        user_agent,
    },
};

/// The data of the sessions page.
pub struct SessionsPage {
    /// The live sessions, the most recently used first.
    pub sessions: Vec<SessionEntry>,
    /// The methods by which the user can confirm their identity.
    pub sudo_ways: SudoWays,
}

/// A session, for the account's owner.
pub struct SessionEntry {
    /// Its id, which reveals nothing about its token.
    pub id: SessionId,
    /// Browser and system in words.
    pub browser: String,
    /// The `User-Agent` header of the browser.
    pub user_agent: String,
    /// The address from which the user signed in.
    pub ip: Option<String>,
    /// When the user signed in.
    pub signed_in_at: Timestamp,
    /// When it was last used.
    pub seen: Seen,
}

/// When a session was last used, as precisely as the database knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is the session of this request.
    Now,
    /// Within this time, which is never shorter than [`Lifetime::touch_every`](crate::domain::sessions::Lifetime::touch_every).
    Within(Span),
}

impl Lifecycle {
    /// The viewer's live sessions, the most recently used first. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn list_sessions(&self, viewer: &Viewer) -> Result<SessionsPage, Error> {
        let now = self.clock.now();
        let mut snapshot = self.read_settings(viewer).await?;
        let lines = snapshot.live_sessions(&viewer.user.id, self.policy.session.since(now)).await?;
        let sudo_ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        Ok(SessionsPage { sessions: lines.into_iter().map(|line| self.entry(line, viewer, now)).collect(), sudo_ways })
    }

    fn entry(&self, line: SessionLine, viewer: &Viewer, now: Timestamp) -> SessionEntry {
        let within = Seen::Within(line.last_seen_at.until(now).max(self.policy.session.touch_every()));
        SessionEntry {
            browser: user_agent::named(&line.user_agent),
            seen: if line.id == viewer.session.id { Seen::Now } else { within },
            id: line.id,
            user_agent: line.user_agent,
            ip: line.ip,
            signed_in_at: line.created_at,
        }
    }
}
