//! `unlink_provider`: a provider is no way in any more.

use crate::{
    domain::{error::Refusal, providers::ProviderId, time::Timestamp, user::User},
    server::{
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, transaction::Subject},
        store::{LinkedIdentity, Tx},
    },
};

impl Lifecycle {
    /// Unlinks a provider from the viewer's account, unless nobody could sign in to it
    /// without. The account's row is held while the ways in are counted, so of two that are
    /// unlinked at once the last one stays (checklist A10).
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::LastWayIn`]; [`Refusal::ChangedMeanwhile`] when
    /// it is not linked.
    pub async fn unlink_provider(&self, source: &Source, viewer: &Viewer, provider: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.unlink_provider_in(&mut tx, source, &viewer, provider, now).await;
        self.finish(tx, Action::UnlinkProvider, source, Subject::viewer(&viewer), outcome).await
    }

    async fn unlink_provider_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        provider: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let provider = ProviderId::parse(provider).ok_or(Refusal::ChangedMeanwhile)?;
        let linked = tx.identities(&viewer.user.id).await?;
        if linked.iter().all(|identity| identity.provider != provider) {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        if self.is_last_way_in(&viewer.user, &linked, &provider) {
            return Err(Refusal::LastWayIn.into());
        }
        if !tx.drop_identity(&viewer.user.id, &provider).await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        self.tell_of_provider(tx, source, sudo, Action::UnlinkProvider, &provider, now).await
    }

    /// Whether nobody could sign in to an account without `provider`. A provider that is not
    /// in the settings any more signs nobody in, so it does not count.
    pub(in crate::server::lifecycle) fn is_last_way_in(
        &self,
        user: &User,
        linked: &[LinkedIdentity],
        provider: &ProviderId,
    ) -> bool {
        let opens = |identity: &LinkedIdentity| {
            identity.provider != *provider && self.providers.get(&identity.provider).is_some()
        };
        !user.has_password && !linked.iter().any(opens)
    }
}
