//! `revoke_session_by_token`: a program signs a browser out.

use crate::{
    domain::{
        api_tokens::Scope,
        error::Refusal,
        event_detail::Detail,
        id::SessionId,
        limits::Limit,
        outbox::Kind,
        sessions::{REVOCATIONS_WITHIN, TOLD_OF_REVOCATIONS},
    },
    server::{
        lifecycle::{Action, ApiViewer, Error, Lifecycle, RequestOrigin, operation::Operation},
        store::NewLetter,
    },
};

impl Lifecycle {
    /// Ends a session of the token's account. The token never has sudo mode. But its owner created it in sudo mode,
    /// and gave it the scope `write` for this purpose.
    ///
    /// # Errors
    /// [`Refusal::InsufficientScope`] if the token may only read; [`Refusal::NotFound`] if the account has no such
    /// session, also if another account has it; [`Refusal::SignInRequired`] if the token has stopped working
    /// meanwhile.
    pub async fn revoke_session_by_token(
        &self,
        source: &RequestOrigin,
        viewer: &ApiViewer,
        id: &str,
    ) -> Result<(), Error> {
        let (mut operation, viewer) = self.begin_with_token(Action::RevokeSessionByToken, source, viewer).await?;
        let outcome = revoke_session_by_token_in(&mut operation, &viewer, id).await;
        operation.finish(outcome).await
    }
}

async fn revoke_session_by_token_in(operation: &mut Operation<'_>, viewer: &ApiViewer, id: &str) -> Result<(), Error> {
    if !viewer.token.scope.allows(Scope::Write) {
        return Err(Refusal::InsufficientScope.into());
    }
    operation.limit(Limit::ApiRevocationsPerToken, viewer.token.id.as_str()).await?;
    let id = SessionId::parse(id).ok_or(Refusal::NotFound)?;
    operation.tx.revoke_session(&id, &viewer.user.id).await?.ok_or(Refusal::NotFound)?;
    operation.record(Detail::from(&viewer.token)).await?;
    tell_of_revocations(operation, viewer).await
}

/// Tells the owner by letter when a program ends session after session. A thief of a token could otherwise sign the
/// owner out again and again before the owner can revoke the token.
async fn tell_of_revocations(operation: &mut Operation<'_>, viewer: &ApiViewer) -> Result<(), Error> {
    let (user, since) = (&viewer.user, operation.now.minus(REVOCATIONS_WITHIN));
    if operation.tx.count_sessions_revoked_by_tokens(&user.id, since).await? != TOLD_OF_REVOCATIONS {
        return Ok(());
    }
    let letter = NewLetter {
        at: Some(operation.now),
        api_token: Some(&viewer.token.described()),
        ..NewLetter::plain(&user.id, Kind::SessionsRevokedByToken, &user.email)
    };
    operation.mail(&letter).await
}
