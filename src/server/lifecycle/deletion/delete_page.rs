//! The page that says what deleting would do.

use crate::{
    domain::{
        deletion::Scheduled,
        email::Email,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Lifecycle, Viewer},
};

/// What the delete page shows.
pub struct DeletePage {
    /// The address to be typed.
    pub email: Email,
    /// When the account would be erased if it were closed now.
    pub delete_at: Timestamp,
    /// The grace period.
    pub grace_period: Span,
}

impl Lifecycle {
    /// The viewer's delete page. Reads nothing but the settings and the clock.
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
