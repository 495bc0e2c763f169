//! Whether what a session's pages show has changed.

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

/// What a session's pages show, without saying what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveState {
    /// The mark of the account, a dot, and the mark of what is to be seen: it differs as soon
    /// as that does.
    pub page_version: String,
    /// When it will change by itself at the latest: the end of sudo mode, of an e-mail
    /// change, of the session.
    pub until: Timestamp,
}

/// What decides what a session's pages show, as it was when the session was looked up.
#[derive(Debug)]
pub struct Shown(pub(super) LiveRow);

impl Lifecycle {
    /// What the viewer's pages show at `now`, by what was found when the session was looked up;
    /// `None` when it is over.
    #[must_use]
    pub fn live_state_of(&self, viewer: &Viewer, shown: &Shown, now: Timestamp) -> Option<LiveState> {
        self.live_state_at(now, &viewer.session.id, &viewer.user.id, &shown.0)
    }

    /// What the session's pages show now; `None` when the session or the account is over.
    ///
    /// # Errors
    /// Those of the database: an unreachable one must not look like "signed out".
    pub async fn live_state(&self, session: &SessionId, user: &UserId) -> Result<Option<LiveState>, Error> {
        let row = self.db.single_read().await?.live_row(session, user).await?;
        Ok(row.and_then(|row| self.live_state_at(self.clock.now(), session, user, &row)))
    }

    /// Hears of every change to the account from now on.
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
        // Somebody confirmed again while it lasted reads another end.
        let sudo_at = sudo_at.filter(|_| is_sudo(sudo_at, sudo_ttl, now));
        let change_until = row.change_until.map(Timestamp).filter(|until| now <= *until);
        let ends = [sudo_at.map(|at| at.plus(sudo_ttl)), change_until];
        let until = ends.into_iter().flatten().map(|end| end.plus(second)).fold(over_at, Ord::min);
        let shown = (&row.email, row.email_verified_at, &row.name, row.has_password, row.delete_at);
        let shown = (session, shown, row.sessions, row.export_at, row.last_event, sudo_at, change_until);
        let account = fingerprint(user.as_str());
        // The session's id keeps the rest from being guessed.
        Some(LiveState { page_version: format!("{account}.{}", fingerprint(&format!("{shown:?}"))), until })
    }
}
