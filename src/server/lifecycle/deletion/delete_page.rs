//! The page that tells the user what a deletion would do.

use crate::{
    domain::{
        deletion::Scheduled,
        email::Email,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Lifecycle, Viewer},
};

/// The data that the delete page shows.
pub struct DeletePage {
    /// The address that the user must type.
    pub email: Email,
    /// When Signet would erase the account if the user closed it now.
    pub delete_at: Timestamp,
    /// The grace period.
    pub grace_period: Span,
}

impl Lifecycle {
    /// The viewer's delete page. It reads only the settings and the clock, not the database.
    #[must_use]
    pub fn delete_page(&self, viewer: &Viewer) -> DeletePage {
        let grace_period = self.policy.grace_period;
        DeletePage {
            email: viewer.user.email.clone(),
            delete_at: Scheduled::at(self.clock.now(), grace_period).delete_at,
            grace_period,
        }
    }
}
