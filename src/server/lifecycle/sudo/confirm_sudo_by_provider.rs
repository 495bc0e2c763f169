//! Sudo mode by signing in once more at the linked provider.

use crate::{
    domain::{
        error::Refusal,
        providers::Identity,
        time::{Span, Timestamp},
    },
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
    },
};

/// How far ahead of ours a provider's clock may be: as far as in its ID tokens.
const LEEWAY: Span = Span::minutes(1);

impl Lifecycle {
    /// Begins sudo mode in the viewer's session, under a new session token, if `identity` is
    /// the linked login and its owner proved themselves to the provider since `started_at`.
    ///
    /// A fresh ID token proves nothing: a provider that still knows the browser gives one
    /// without asking anybody. Only `auth_time` tells (ASVS V6.8.4; checklist A37).
    ///
    /// # Errors
    /// [`Refusal::OtherIdentity`], [`Refusal::StaleLogin`], [`Refusal::NoAuthTime`], after
    /// which a code can be mailed; [`Refusal::HasPassword`].
    pub(in crate::server::lifecycle) async fn confirm_sudo_by_provider(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        started_at: Timestamp,
        identity: &Identity,
    ) -> Result<SessionToken, Error> {
        let mut operation = self.begin_as(Action::ConfirmSudo, source, viewer).await?;
        match self.confirm_sudo_by_provider_in(&mut operation, started_at, identity).await {
            // That the provider does not say it stays known: a code can be mailed from now on.
            Err(Error::Refused(Refusal::NoAuthTime)) => Err(operation.finish_keeping(Refusal::NoAuthTime).await),
            outcome => operation.finish(outcome).await,
        }
    }

    async fn confirm_sudo_by_provider_in(
        &self,
        operation: &mut Operation<'_>,
        started_at: Timestamp,
        identity: &Identity,
    ) -> Result<SessionToken, Error> {
        let user = &operation.viewer()?.user;
        if user.has_password {
            return Err(Refusal::HasPassword.into());
        }
        let Identity { provider, subject, auth_time, tells_auth_time, .. } = identity;
        if operation.tx.identity(&user.id, provider).await?.is_none_or(|linked| linked.subject != *subject) {
            return Err(Refusal::OtherIdentity.into());
        }
        if auth_time.is_none() && *tells_auth_time {
            // Somebody took the question out of the address that the browser was sent to, hoping
            // for the mailed code instead.
            return Err(Refusal::StaleLogin.into());
        }
        operation.tx.set_no_auth_time(&user.id, provider, auth_time.is_none()).await?;
        let proved_at = auth_time.ok_or(Refusal::NoAuthTime)?;
        if proved_at < started_at || proved_at > operation.now.plus(LEEWAY) {
            return Err(Refusal::StaleLogin.into());
        }
        operation.tx.use_identity(&user.id, provider, subject, operation.now).await?;
        self.begin_sudo(operation).await
    }
}
