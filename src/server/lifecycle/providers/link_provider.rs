//! `link_provider`: a login at a provider becomes a way in.

use crate::{
    domain::{
        error::Refusal,
        event_detail::Detail,
        outbox::Kind,
        providers::{Identity, ProviderId},
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{NewLetter, StoreError},
    },
};

impl Lifecycle {
    /// Makes the login that a provider has just proved a way in to the viewer's account. Sudo
    /// mode is asked for now, whatever was when the person set out, and ends with it.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::Unverified`]; [`Refusal::AlreadyLinked`], which
    /// does not say to whom (checklist A09).
    pub async fn link_provider(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        identity: &Identity,
    ) -> Result<(), Error> {
        let mut operation = self.begin_as(Action::LinkProvider, source, viewer).await?;
        let outcome = self.link_provider_in(&mut operation, identity).await;
        operation.finish(outcome).await
    }

    async fn link_provider_in(&self, operation: &mut Operation<'_>, identity: &Identity) -> Result<(), Error> {
        let user = &operation.viewer()?.user;
        match self.add_identity(operation, user, identity).await {
            Err(StoreError::Conflict) => return Err(Refusal::AlreadyLinked.into()),
            added => added?,
        }
        tell_of_provider(operation, Kind::ProviderLinked, &identity.provider).await
    }
}

/// What linking and unlinking have in common: sudo mode ends, the owner is told, and it
/// stands in the log.
pub(super) async fn tell_of_provider(
    operation: &mut Operation<'_>,
    letter: Kind,
    provider: &ProviderId,
) -> Result<(), Error> {
    let viewer = operation.viewer()?;
    let user = &viewer.user;
    operation.revoke(&user.id, Some(&viewer.session.id)).await?;
    let post = NewLetter {
        at: Some(operation.now),
        provider: Some(provider),
        ..NewLetter::plain(&user.id, letter, &user.email)
    };
    operation.mail(&post).await?;
    operation.record(Detail::Provider(provider.clone())).await
}
