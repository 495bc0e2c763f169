//! `link_provider`: a login at a provider becomes a way in.

use crate::{
    domain::{
        error::Refusal,
        event_detail::Detail,
        outbox::Kind,
        providers::{Identity, ProviderId},
        time::Timestamp,
    },
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, outbox::post::Post, transaction::Subject},
        store::{StoreError, Tx},
    },
};

impl Lifecycle {
    /// Makes the login that a provider has just proved a way in to the viewer's account. Sudo
    /// mode is asked for now, whatever was when the person set out, and ends with it.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::Unverified`]; [`Refusal::AlreadyLinked`], which
    /// does not say to whom (checklist A09).
    pub async fn link_provider(&self, source: &Source, viewer: &Viewer, identity: &Identity) -> Result<(), Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.link_provider_in(&mut tx, source, &viewer, identity, now).await;
        self.finish(tx, Action::LinkProvider, source, Subject::viewer(&viewer), outcome).await
    }

    async fn link_provider_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<(), Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let user = &viewer.user;
        match self.add_identity(tx, &user.id, identity, user.security_stamp, now).await {
            Err(StoreError::Conflict) => return Err(Refusal::AlreadyLinked.into()),
            added => added?,
        }
        self.tell_of_provider(tx, source, sudo, Action::LinkProvider, &identity.provider, now).await
    }

    /// What linking and unlinking have in common: sudo mode ends, the owner is told, and it
    /// stands in the log.
    pub(in crate::server::lifecycle) async fn tell_of_provider(
        &self,
        tx: &mut Tx,
        source: &Source,
        sudo: Sudo<'_>,
        action: Action,
        provider: &ProviderId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let viewer = sudo.viewer();
        let (user, own) = (&viewer.user, &viewer.session.id);
        let kind = if action == Action::LinkProvider { Kind::ProviderLinked } else { Kind::ProviderUnlinked };
        self.revoke(tx, action.rule(), &user.id, Some(own)).await?;
        let post = Post { at: Some(now), provider: Some(provider), ..Post::plain(&user.id, kind, &user.email) };
        self.post(tx, &post).await?;
        self.record(tx, action, source, Subject::viewer(viewer), None, Some(&Detail::Provider(provider.clone()))).await
    }
}
