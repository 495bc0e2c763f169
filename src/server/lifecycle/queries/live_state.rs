//! The page version: tells an open page whether the data that it shows has changed.

use crate::{
    domain::{
        id::{SessionId, UserId},
        sudo::is_sudo,
        time::{Span, Timestamp},
    },
    server::{
        crypto::fingerprint::fingerprint,
        lifecycle::{Error, Lifecycle, Viewer},
        store::{AccountSubscription, LiveRow},
    },
};

/// The version of the pages of a session, without their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveState {
    /// Two fingerprints, joined by a dot: one of the account, one of the data on the session's pages. The second
    /// changes as soon as any of that data changes.
    pub page_version: String,
    /// When the version changes by itself at the latest: at the end of sudo mode, of an email change or of the
    /// session.
    pub until: Timestamp,
}

/// The values from which the page version is made, as of the read that found the session.
#[derive(Debug)]
pub struct Shown(pub(super) LiveRow);

impl Lifecycle {
    /// The page version of the viewer's session at `now`, from values that were read with the session. `None` if
    /// the session has ended.
    #[must_use]
    pub fn live_state_of(&self, viewer: &Viewer, shown: &Shown, now: Timestamp) -> Option<LiveState> {
        self.live_state_at(now, &viewer.session.id, &viewer.user.id, &shown.0)
    }

    /// The current page version of the session; `None` if the session has ended or the account is gone.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails: an unreachable one must not look like
    /// "signed out".
    pub async fn live_state(&self, session: &SessionId, user: &UserId) -> Result<Option<LiveState>, Error> {
        let row = self.db.single_read().await?.live_row(session, user).await?;
        Ok(row.and_then(|row| self.live_state_at(self.clock.now(), session, user, &row)))
    }

    /// Subscribes to every change of the account from now on.
    #[must_use]
    pub fn watch(&self, user: &UserId) -> AccountSubscription {
        self.db.watch(user)
    }

    fn live_state_at(&self, now: Timestamp, session: &SessionId, user: &UserId, row: &LiveRow) -> Option<LiveState> {
        let second = Span::seconds(1);
        let (created_at, last_seen_at) = row.seen();
        let over_at = self.policy.session.over_at(created_at, last_seen_at);
        if over_at <= now {
            return None;
        }
        let (sudo_at, sudo_ttl) = (row.sudo_at.map(Timestamp), self.policy.sudo_ttl);
        // A new confirmation moves the end of sudo mode, so it changes the page version.
        let sudo_at = sudo_at.filter(|_| is_sudo(sudo_at, sudo_ttl, now));
        let change_until = row.change_until.map(Timestamp).filter(|until| now <= *until);
        let ends = [sudo_at.map(|at| at.plus(sudo_ttl)), change_until];
        let until = ends.into_iter().flatten().map(|end| end.plus(second)).fold(over_at, Ord::min);
        let shown = (&row.email, row.email_verified_at, &row.name, row.has_password, row.delete_at);
        let shown = (session, shown, row.sessions, row.export_at, row.last_event, sudo_at, change_until);
        let account = fingerprint(user.as_str());
        // The session's id is part of the text, so that an attacker cannot guess the rest from the fingerprint.
        Some(LiveState { page_version: format!("{account}.{}", fingerprint(&format!("{shown:?}"))), until })
    }
}
