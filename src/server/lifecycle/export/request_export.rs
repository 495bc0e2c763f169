//! `request_export`: a worker shall prepare a copy of all that is kept about the viewer.

use crate::{
    domain::{error::Refusal, id::ExportId, outbox::Kind},
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{NewExport, StoreError},
    },
};

impl Lifecycle {
    /// Has an export of the viewer's data prepared. One that is ready gives way to it.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::ExportRunning`] while one is being prepared.
    pub async fn request_export(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::RequestExport, source, viewer).await?;
        let outcome = self.request_export_in(&mut operation).await;
        let replaced = operation.finish(outcome).await?;
        if let Some(replaced) = replaced {
            self.remove_export_file(&replaced).await;
        }
        Ok(())
    }

    /// The export that gave way.
    async fn request_export_in(&self, operation: &mut Operation<'_>) -> Result<Option<ExportId>, Error> {
        let user = &operation.viewer()?.user.id;
        let replaced = operation.tx.drop_ready_export(user).await?;
        // The letter about it would lead to another one, or to none.
        operation.tx.withdraw_letters(user, Kind::ExportReady).await?;
        let id = ExportId::from_random(self.random.bytes());
        match operation.tx.insert_export(&NewExport { id: &id, user_id: user, at: operation.now }).await {
            Err(StoreError::Conflict) => return Err(Refusal::ExportRunning.into()),
            inserted => inserted?,
        }
        operation.record(None).await?;
        Ok(replaced)
    }

    /// Removes the file of an export whose row is gone. Without its row nobody gets it any
    /// more, so it is no matter if this has to wait for the sweep.
    pub(in crate::server::lifecycle) async fn remove_export_file(&self, id: &ExportId) {
        if let Err(error) = self.exports.remove(id).await {
            tracing::warn!(export = %id, %error, "file of an export not removed; the sweep tries again");
        }
    }
}
