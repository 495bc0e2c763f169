//! The e-mail page of the settings.

use crate::{
    domain::{email::Email, email_change::EmailChange, time::Timestamp},
    server::lifecycle::{Error, Lifecycle, Viewer},
};

/// An e-mail change that waits for its link.
pub struct PendingChange {
    /// The address wanted.
    pub new_email: Email,
    /// When the link was sent.
    pub requested_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl PendingChange {
    /// A change that can still be confirmed.
    pub(in crate::server::lifecycle) fn of(change: EmailChange, now: Timestamp) -> Option<Self> {
        change.is_open(now).then_some(Self {
            new_email: change.new_email,
            requested_at: change.requested_at,
            expires_at: change.expires_at,
        })
    }
}

/// What the e-mail page shows.
pub struct EmailPage {
    /// The address now.
    pub email: Email,
    /// Whether it is verified.
    pub verified: bool,
    /// The open change.
    pub pending: Option<PendingChange>,
    /// Now, to say how long ago.
    pub now: Timestamp,
}

impl Lifecycle {
    /// The viewer's e-mail page.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn email_page(&self, viewer: &Viewer) -> Result<EmailPage, Error> {
        let change = self.db.single_read().await?.open_email_change(&viewer.user.id).await?;
        let now = self.clock.now();
        Ok(EmailPage {
            email: viewer.user.email.clone(),
            verified: viewer.user.email_verified_at.is_some(),
            pending: change.and_then(|change| PendingChange::of(change, now)),
            now,
        })
    }
}
