//! `sign_out`: this session ends.

use crate::server::lifecycle::{
    Action, Error, Lifecycle, Source, Viewer,
    transaction::{Subject, anew},
};

impl Lifecycle {
    /// Ends the viewer's session. Ending one that has ended is fine.
    ///
    /// # Errors
    /// None by rule.
    pub async fn sign_out(&self, source: &Source, viewer: &Viewer) -> Result<(), Error> {
        anew(|| self.sign_out_once(source, viewer)).await
    }

    async fn sign_out_once(&self, source: &Source, viewer: &Viewer) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        if tx.end_session(&viewer.session.id, &viewer.user.id).await? {
            self.record(&mut tx, Action::SignOut, source, Subject::viewer(viewer), None, None).await?;
        }
        Ok(tx.commit().await?)
    }
}
