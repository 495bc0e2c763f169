//! `revoke_session`: another of the account's sessions ends.

use crate::{
    domain::{error::Refusal, event_detail::Detail, id::SessionId},
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        user_agent,
    },
};

impl Lifecycle {
    /// Ends one of the viewer's other sessions. Its own it ends by signing out, which also
    /// clears what the browser has kept.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::ThisSession`]; [`Refusal::NotFound`] for whatever
    /// is no session of the account.
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
