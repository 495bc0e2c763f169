//! `revoke_session_by_token`: a program signs a browser out.

use crate::{
    domain::{api_tokens::Scope, error::Refusal, event_detail::Detail, id::SessionId, security_log::Actor},
    server::{
        lifecycle::{Action, ApiViewer, Error, Lifecycle, Source, transaction::Subject},
        store::Tx,
    },
};

impl Lifecycle {
    /// Ends a session of the token's account. The token holds no sudo mode and never will; it
    /// was created in it, by its owner, for this: that is what the scope `write` says.
    ///
    /// # Errors
    /// [`Refusal::InsufficientScope`] for a token that may only read;
    /// [`Refusal::NotFound`] for another account's session as for none;
    /// [`Refusal::SignInRequired`] when the token stopped working meanwhile.
    pub async fn revoke_session_by_token(&self, source: &Source, viewer: &ApiViewer, id: &str) -> Result<(), Error> {
        let (mut tx, viewer) = self.begin_with_token(viewer, self.clock.now()).await?;
        let outcome = self.revoke_session_by_token_in(&mut tx, source, &viewer, id).await;
        let subject = Subject::of(Actor::ApiToken, Some(&viewer.user.id));
        self.finish(tx, Action::RevokeSessionByToken, source, subject, outcome).await
    }

    async fn revoke_session_by_token_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &ApiViewer,
        id: &str,
    ) -> Result<(), Error> {
        if !viewer.token.scope.allows(Scope::Write) {
            return Err(Refusal::InsufficientScope.into());
        }
        let id = SessionId::parse(id).ok_or(Refusal::NotFound)?;
        tx.revoke_session(&id, &viewer.user.id).await?.ok_or(Refusal::NotFound)?;
        let (action, subject) = (Action::RevokeSessionByToken, Subject::of(Actor::ApiToken, Some(&viewer.user.id)));
        self.record(tx, action, source, subject, None, Some(&Detail::from(&viewer.token))).await
    }
}
