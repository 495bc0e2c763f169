//! `link_provider`: lets the user sign in with a provider.

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
    /// Links the identity that a provider has just proved to the viewer's account. Needs sudo mode now, even if the
    /// session was in sudo mode when the attempt began; linking ends it.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::Unverified`]; [`Refusal::AlreadyLinked`], which does not name the
    /// account that has the identity (checklist A09).
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

/// The end of linking and of unlinking: ends sudo mode, tells the owner, and records the event.
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
