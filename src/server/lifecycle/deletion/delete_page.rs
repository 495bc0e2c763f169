//! The page that tells the user what a deletion would do.

use crate::{
    domain::{
        deletion::Scheduled,
        email::Email,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Error, Lifecycle, Viewer, export::OwnExport, sudo::SudoWays},
};

/// The data that the delete page shows.
pub struct DeletePage {
    /// The address that the user must type.
    pub email: Email,
    /// When Signet would erase the account if the user closed it now.
    pub delete_at: Timestamp,
    /// The grace period.
    pub grace_period: Span,
    /// The account's export, because erased data cannot be exported.
    pub export: OwnExport,
    /// The methods by which the user can confirm their identity.
    pub sudo_ways: SudoWays,
}

impl Lifecycle {
    /// The data of the viewer's delete page.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn delete_page(&self, viewer: &Viewer) -> Result<DeletePage, Error> {
        let grace_period = self.policy.grace_period;
        let mut snapshot = self.read_settings(viewer).await?;
        let export = self.own_export_in(&mut snapshot, viewer).await?;
        let sudo_ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        Ok(DeletePage {
            email: viewer.user.email.clone(),
            delete_at: Scheduled::at(self.clock.now(), grace_period).delete_at,
            grace_period,
            export,
            sudo_ways,
        })
    }
}
