//! `request_export`: a worker shall prepare a copy of all that is kept about the viewer.

use crate::{
    domain::{error::Refusal, id::ExportId, outbox::Kind, time::Timestamp},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, transaction::Subject},
        store::{NewExport, StoreError, Tx},
    },
};

impl Lifecycle {
    /// Has an export of the viewer's data prepared. One that is ready gives way to it.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::ExportRunning`] while one is being prepared.
    pub async fn request_export(&self, source: &Source, viewer: &Viewer) -> Result<(), Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.request_export_in(&mut tx, source, &viewer, now).await;
        let replaced = self.finish(tx, Action::RequestExport, source, Subject::viewer(&viewer), outcome).await?;
        if let Some(replaced) = replaced {
            self.remove_export_file(&replaced).await;
        }
        Ok(())
    }

    /// The export that gave way.
    async fn request_export_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<Option<ExportId>, Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let user = &sudo.viewer().user.id;
        let replaced = tx.drop_ready_export(user).await?;
        // The letter about it would lead to another one, or to none.
        self.withdraw(tx, user, Kind::ExportReady).await?;
        let id = ExportId::from_random(self.random.bytes());
        match tx.insert_export(&NewExport { id: &id, user_id: user, at: now }).await {
            Err(StoreError::Conflict) => return Err(Refusal::ExportRunning.into()),
            inserted => inserted?,
        }
        self.record(tx, Action::RequestExport, source, Subject::viewer(viewer), None, None).await?;
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
