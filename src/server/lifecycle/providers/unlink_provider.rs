//! `unlink_provider`: the user can no longer sign in with a provider.

use crate::{
    domain::{error::Refusal, outbox::Kind, providers::ProviderId, user::User},
    server::{
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation,
            providers::link_provider::tell_of_provider,
        },
        store::LinkedIdentity,
    },
};

impl Lifecycle {
    /// Unlinks a provider from the viewer's account, unless it is the last sign-in method. Counts the methods with
    /// the account's row locked, so that two requests at once cannot remove the last two (checklist A10).
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::LastWayIn`]; [`Refusal::ChangedMeanwhile`] if the provider is not
    /// linked.
    pub async fn unlink_provider(&self, source: &RequestOrigin, viewer: &Viewer, provider: &str) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::UnlinkProvider, source, viewer).await?;
        let outcome = self.unlink_provider_in(&mut operation, provider).await;
        operation.finish(outcome).await
    }

    async fn unlink_provider_in(&self, operation: &mut Operation<'_>, provider: &str) -> Result<(), Error> {
        let user = &operation.viewer()?.user;
        let provider = ProviderId::parse(provider).ok_or(Refusal::ChangedMeanwhile)?;
        let linked = operation.tx.identities(&user.id).await?;
        if linked.iter().all(|identity| identity.provider != provider) {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        if self.is_last_way_in(user, &linked, &provider) {
            return Err(Refusal::LastWayIn.into());
        }
        if !operation.tx.drop_identity(&user.id, &provider).await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        tell_of_provider(operation, Kind::ProviderUnlinked, &provider).await
    }

    /// Whether `provider` is the last sign-in method of an account. A login whose provider the settings no longer
    /// list, or list with another issuer, does not count, because users cannot sign in with it.
    pub(in crate::server::lifecycle) fn is_last_way_in(
        &self,
        user: &User,
        linked: &[LinkedIdentity],
        provider: &ProviderId,
    ) -> bool {
        let opens = |identity: &LinkedIdentity| {
            identity.provider != *provider
                && self.providers.of(&identity.provider, identity.issuer.as_deref()).is_some()
        };
        !user.has_password && !linked.iter().any(opens)
    }
}
