//! `sign_out`: this session ends.

use crate::server::lifecycle::{
    Action, Error, Lifecycle, RequestOrigin, Viewer, error::retry_on_conflict, operation::Attribution,
};

impl Lifecycle {
    /// Ends the viewer's session. Ending one that has ended is fine.
    ///
    /// # Errors
    /// None by rule.
    pub async fn sign_out(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        retry_on_conflict(|| self.sign_out_once(source, viewer)).await
    }

    async fn sign_out_once(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut operation = self.begin(Attribution::viewer(Action::SignOut, source, viewer)).await?;
        if operation.tx.end_session(&viewer.session.id, &viewer.user.id).await? {
            operation.record(None).await?;
        } else {
            operation.nothing_to_record();
        }
        operation.finish(Ok(())).await
    }
}
