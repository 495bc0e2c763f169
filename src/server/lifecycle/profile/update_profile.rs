//! `update_profile`: changes the display name.

use crate::{
    domain::profile::Name,
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
};

impl Lifecycle {
    /// Stores the display name; blank text removes it.
    ///
    /// # Errors
    /// [`InvalidName`](crate::domain::error::Refusal::InvalidName).
    pub async fn update_profile(&self, source: &RequestOrigin, viewer: &Viewer, name: &str) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::UpdateProfile, source, viewer).await?;
        let outcome = update_profile_in(&mut operation, name).await;
        operation.finish(outcome).await
    }
}

async fn update_profile_in(operation: &mut Operation<'_>, name: &str) -> Result<(), Error> {
    let name = Name::parse(name)?;
    operation.tx.set_name(&operation.viewer()?.user.id, name.as_ref()).await?;
    operation.record(None).await
}
