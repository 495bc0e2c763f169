//! `update_profile`: the display name.

use crate::{
    domain::profile::Name,
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Stores the display name; blank means none.
    ///
    /// # Errors
    /// [`InvalidName`](crate::domain::error::Refusal::InvalidName).
    pub async fn update_profile(&self, source: &Source, viewer: &Viewer, name: &str) -> Result<(), Error> {
        let (mut tx, viewer) = self.begin_as(viewer, self.clock.now()).await?;
        let outcome = self.update_profile_in(&mut tx, source, &viewer, name).await;
        self.finish(tx, Action::UpdateProfile, source, Subject::viewer(&viewer), outcome).await
    }

    async fn update_profile_in(&self, tx: &mut Tx, source: &Source, viewer: &Viewer, name: &str) -> Result<(), Error> {
        viewer.user.must_be_active()?;
        let name = Name::parse(name)?;
        tx.set_name(&viewer.user.id, name.as_ref()).await?;
        self.record(tx, Action::UpdateProfile, source, Subject::viewer(viewer), None, None).await
    }
}
