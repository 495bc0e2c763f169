//! `request_export`: the viewer requests a copy of everything that Signet keeps about them.

use crate::{
    domain::{error::Refusal, export::State, id::ExportId, limits::Limit, outbox::Kind},
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{NewExport, StoreError},
    },
};

impl Lifecycle {
    /// Requests an export of the viewer's data, for a worker to build. It replaces a finished one.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::ExportRunning`] while a worker builds one; [`Refusal::Limited`].
    pub async fn request_export(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::RequestExport, source, viewer).await?;
        let outcome = self.request_export_in(&mut operation).await;
        let replaced = operation.finish(outcome).await?;
        if let Some(replaced) = replaced {
            self.remove_export_file(&replaced).await;
        }
        Ok(())
    }

    /// Returns the replaced export, if there was one.
    async fn request_export_in(&self, operation: &mut Operation<'_>) -> Result<Option<ExportId>, Error> {
        let user = &operation.viewer()?.user.id;
        if operation.tx.export_of(user).await?.is_some_and(|export| export.state == State::Building) {
            return Err(Refusal::ExportRunning.into());
        }
        operation.limit_viewer(Limit::ExportsPerUser).await?;
        let replaced = operation.tx.drop_ready_export(user).await?;
        // An unsent letter about the old export would lead to the new one, or to none.
        operation.tx.withdraw_letters(user, Kind::ExportReady).await?;
        let id = ExportId::from_random(self.random.bytes());
        match operation.tx.insert_export(&NewExport { id: &id, user_id: user, at: operation.now }).await {
            Err(StoreError::Conflict) => return Err(Refusal::ExportRunning.into()),
            inserted => inserted?,
        }
        operation.record(None).await?;
        Ok(replaced)
    }

    /// Removes the file of an export whose row is gone. Without the row no user can download the file, so if this
    /// fails, it can wait for the sweep.
    pub(in crate::server::lifecycle) async fn remove_export_file(&self, id: &ExportId) {
        if let Err(error) = self.exports.remove(id).await {
            let folder = self.exports.folder().display();
            tracing::warn!(export = %id, %folder, %error, "file of an export not removed; the sweep tries again");
        }
    }
}
