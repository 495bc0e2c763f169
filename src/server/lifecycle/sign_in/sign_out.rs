//! `sign_out`: ends the current session.

use crate::server::lifecycle::{
    Action, Error, Lifecycle, RequestOrigin, Viewer, error::retry_on_conflict, operation::Attribution,
};

impl Lifecycle {
    /// Ends the viewer's session. If it has already ended, this is an idempotent no-op.
    ///
    /// # Errors
    /// No rule refuses it. [`Error::Unavailable`], [`Error::Undecided`] or [`Error::Internal`] if the database
    /// fails.
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
