//! `revoke_session`: ends another session of the account.

use crate::{
    domain::{error::Refusal, event_detail::Detail, id::SessionId},
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        user_agent,
    },
};

impl Lifecycle {
    /// Ends one of the viewer's other sessions. To end the current one, a user signs out, which also clears the
    /// browser's stored data.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::ThisSession`] for the current session; [`Refusal::NotFound`] if the
    /// account has no such session.
    pub async fn revoke_session(&self, source: &RequestOrigin, viewer: &Viewer, session: &str) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::RevokeSession, source, viewer).await?;
        let outcome = revoke_session_in(&mut operation, session).await;
        operation.finish(outcome).await
    }
}

async fn revoke_session_in(operation: &mut Operation<'_>, session: &str) -> Result<(), Error> {
    let viewer = operation.viewer()?;
    let session = SessionId::parse(session).ok_or(Refusal::NotFound)?;
    if session == viewer.session.id {
        return Err(Refusal::ThisSession.into());
    }
    let ended = operation.tx.revoke_session(&session, &viewer.user.id).await?.ok_or(Refusal::NotFound)?;
    operation.record(Detail::Browser(user_agent::named(&ended))).await
}
