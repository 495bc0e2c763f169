//! The export page of the settings.

use crate::{
    domain::{export::ExportStatus, id::ExportId},
    server::{
        lifecycle::{Error, Lifecycle, Viewer, sudo::SudoWays},
        store::Tx,
    },
};

/// The data that the export page shows.
pub struct ExportPage {
    /// The account's export.
    pub export: OwnExport,
    /// The methods by which the user can confirm their identity.
    pub sudo_ways: SudoWays,
}

/// The export of an account, for its owner.
pub struct OwnExport {
    /// Its id, if there is one.
    pub id: Option<ExportId>,
    /// Its status.
    pub status: ExportStatus,
}

impl Lifecycle {
    /// The data of the viewer's export page.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn export_page(&self, viewer: &Viewer) -> Result<ExportPage, Error> {
        let mut snapshot = self.read_settings(viewer).await?;
        let export = self.own_export_in(&mut snapshot, viewer).await?;
        let sudo_ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        Ok(ExportPage { export, sudo_ways })
    }

    /// The viewer's export.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn own_export(&self, viewer: &Viewer) -> Result<OwnExport, Error> {
        let mut snapshot = self.db.single_read().await?;
        self.own_export_in(&mut snapshot, viewer).await
    }

    pub(in crate::server::lifecycle) async fn own_export_in(
        &self,
        tx: &mut Tx,
        viewer: &Viewer,
    ) -> Result<OwnExport, Error> {
        let now = self.clock.now();
        let export = tx.export_of(&viewer.user.id).await?;
        let status = export.as_ref().map_or(ExportStatus::None, |export| export.status(now));
        Ok(OwnExport { id: export.map(|export| export.id), status })
    }
}
