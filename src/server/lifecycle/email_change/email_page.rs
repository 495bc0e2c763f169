//! The query of the email page in the settings.

use crate::{
    domain::{email::Email, email_change::EmailChange, time::Timestamp},
    server::lifecycle::{Error, Lifecycle, Viewer, sudo::SudoWays},
};

/// An email change that waits until the user opens its link.
pub struct PendingChange {
    /// The new address.
    pub new_email: Email,
    /// When the link was sent.
    pub requested_at: Timestamp,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

impl PendingChange {
    /// The data of `change`, if it can still be confirmed at `now`.
    pub(in crate::server::lifecycle) fn of(change: EmailChange, now: Timestamp) -> Option<Self> {
        change.is_open(now).then_some(Self {
            new_email: change.new_email,
            requested_at: change.requested_at,
            expires_at: change.expires_at,
        })
    }
}

/// The data of the email page.
pub struct EmailPage {
    /// The current address.
    pub email: Email,
    /// Whether it is verified.
    pub verified: bool,
    /// The open change.
    pub pending: Option<PendingChange>,
    /// The current time, from which the page tells how long ago.
    pub now: Timestamp,
    /// The methods by which the user can confirm their identity.
    pub sudo_ways: SudoWays,
}

impl Lifecycle {
    /// The data of the viewer's email page.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn email_page(&self, viewer: &Viewer) -> Result<EmailPage, Error> {
        let mut snapshot = self.read_settings(viewer).await?;
        let change = snapshot.open_email_change(&viewer.user.id).await?;
        let sudo_ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        let now = self.clock.now();
        Ok(EmailPage {
            email: viewer.user.email.clone(),
            verified: viewer.user.email_verified_at.is_some(),
            pending: change.and_then(|change| PendingChange::of(change, now)),
            now,
            sudo_ways,
        })
    }
}
