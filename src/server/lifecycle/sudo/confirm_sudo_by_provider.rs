//! Sudo mode by signing in once more at the linked provider.

use crate::{
    domain::{
        error::Refusal,
        providers::Identity,
        time::{Span, Timestamp},
    },
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Action, Error, Lifecycle, Source, Viewer, transaction::Subject},
        store::Tx,
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
        source: &Source,
        viewer: &Viewer,
        started_at: Timestamp,
        identity: &Identity,
    ) -> Result<SessionToken, Error> {
        let (mut tx, viewer) = self.begin_as(viewer, self.clock.now()).await?;
        let outcome = self.confirm_sudo_by_provider_in(&mut tx, source, &viewer, started_at, identity).await;
        self.finish_or_keep(tx, source, &viewer, Refusal::NoAuthTime, outcome).await
    }

    async fn confirm_sudo_by_provider_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        started_at: Timestamp,
        identity: &Identity,
    ) -> Result<SessionToken, Error> {
        let (user, now) = (&viewer.user, self.clock.now());
        user.must_not_be_closed()?;
        if user.has_password {
            return Err(Refusal::HasPassword.into());
        }
        let Identity { provider, subject, auth_time, tells_auth_time, .. } = identity;
        if tx.identity(&user.id, provider).await?.is_none_or(|linked| linked.subject != *subject) {
            return Err(Refusal::OtherIdentity.into());
        }
        if auth_time.is_none() && *tells_auth_time {
            // Somebody took the question out of the address that the browser was sent to, hoping
            // for the mailed code instead.
            return Err(Refusal::StaleLogin.into());
        }
        tx.set_no_auth_time(&user.id, provider, auth_time.is_none()).await?;
        let proved_at = auth_time.ok_or(Refusal::NoAuthTime)?;
        if proved_at < started_at || proved_at > now.plus(LEEWAY) {
            return Err(Refusal::StaleLogin.into());
        }
        tx.use_identity(&user.id, provider, subject, now).await?;
        self.begin_sudo(tx, source, viewer).await
    }

    /// Ends a confirmation as [`Lifecycle::finish`] does, except that `kept` takes nothing
    /// back: what was learned on the way to that refusal stays, in one transaction with its event.
    pub(in crate::server::lifecycle) async fn finish_or_keep(
        &self,
        mut tx: Tx,
        source: &Source,
        viewer: &Viewer,
        kept: Refusal,
        outcome: Result<SessionToken, Error>,
    ) -> Result<SessionToken, Error> {
        let subject = Subject::viewer(viewer);
        match outcome {
            Err(Error::Refused(refusal)) if refusal == kept => {
                self.record(&mut tx, Action::ConfirmSudo, source, subject, Some(&refusal.into()), None).await?;
                tx.commit().await?;
                Err(refusal.into())
            }
            outcome => self.finish(tx, Action::ConfirmSudo, source, subject, outcome).await,
        }
    }
}
