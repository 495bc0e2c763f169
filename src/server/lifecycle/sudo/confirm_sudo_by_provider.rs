//! Begins sudo mode by a new login at the linked provider.

use crate::{
    domain::{error::Refusal, providers::Identity, time::Timestamp},
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
    },
};

impl Lifecycle {
    /// Begins sudo mode in the viewer's session, with a new session token, if `identity` is linked to the account
    /// and the user has authenticated at the provider since `started_at`.
    ///
    /// A fresh ID token does not prove this: a provider that remembers the browser issues one without asking the
    /// user. Only `auth_time` does (ASVS V6.8.4; checklist A37). It counts by the provider's own clock.
    ///
    /// # Errors
    /// [`Refusal::OtherIdentity`]; [`Refusal::StaleLogin`]; [`Refusal::NoAuthTime`], after which the user can
    /// request a code; [`Refusal::HasPassword`].
    pub(in crate::server::lifecycle) async fn confirm_sudo_by_provider(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        started_at: Timestamp,
        identity: &Identity,
    ) -> Result<SessionToken, Error> {
        let mut operation = self.begin_as(Action::ConfirmSudo, source, viewer).await?;
        match self.confirm_sudo_by_provider_in(&mut operation, started_at, identity).await {
            // Commits the refusal, so that the provider's missing `auth_time` is remembered and the user can
            // request a code.
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
        let Identity { provider, issuer, subject, auth_time, tells_auth_time, .. } = identity;
        let linked = operation.tx.identity(&user.id, provider).await?;
        if linked.is_none_or(|linked| linked.subject != *subject || !linked.is_from(issuer)) {
            return Err(Refusal::OtherIdentity.into());
        }
        if auth_time.is_none() && *tells_auth_time {
            // An attacker removed the request for `auth_time` from the address that the browser was sent to, hoping
            // to get the mailed code instead.
            return Err(Refusal::StaleLogin.into());
        }
        operation.tx.set_no_auth_time(&user.id, provider, auth_time.is_none()).await?;
        if !auth_time.ok_or(Refusal::NoAuthTime)?.is_since(started_at) {
            return Err(Refusal::StaleLogin.into());
        }
        operation.tx.use_identity(&user.id, identity, operation.now).await?;
        self.begin_sudo(operation).await
    }
}
