//! The export page of the settings.

use crate::{
    domain::{export::ExportStatus, id::ExportId},
    server::lifecycle::{Error, Lifecycle, Viewer},
};

/// The data that the export page shows.
pub struct ExportPage {
    /// The account's export, if there is one.
    pub id: Option<ExportId>,
    /// Its status.
    pub standing: ExportStatus,
}

impl Lifecycle {
    /// The viewer's export.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn export_page(&self, viewer: &Viewer) -> Result<ExportPage, Error> {
        let now = self.clock.now();
        let export = self.db.single_read().await?.export_of(&viewer.user.id).await?;
        let standing = export.as_ref().map_or(ExportStatus::None, |export| export.standing(now));
        Ok(ExportPage { id: export.map(|export| export.id), standing })
    }
}
