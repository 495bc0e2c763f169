//! `begin_provider`: somebody sets out to a provider.

use crate::{
    domain::{
        error::Refusal,
        paths,
        providers::{AskFor, ProviderId, ProviderKind},
        return_path,
        security_log::Actor,
        time::{Span, Timestamp},
    },
    server::{
        crypto::attempt::AttemptSecret,
        lifecycle::{
            Action, Error, Lifecycle, Source, Viewer,
            transaction::{Subject, while_signed_in},
        },
        oauth::Listed,
        store::{NewAttempt, Tx},
    },
};

/// How long somebody may take to come back from a provider: as long as an authentication by
/// another channel may (ASVS V6.5.5).
pub const ATTEMPT_TTL: Span = Span::minutes(10);

impl Lifecycle {
    /// Begins an attempt to learn from `provider` who somebody is. The result belongs into a
    /// cookie of the browser that asks; the provider's answer is good in that one only.
    ///
    /// # Errors
    /// [`Refusal::ProviderUnreachable`] for one that is not in the settings. To link:
    /// [`Refusal::SudoRequired`], [`Refusal::Unverified`], [`Refusal::AlreadyLinked`]. For
    /// sudo mode: [`Refusal::HasPassword`], [`Refusal::OtherIdentity`] when the provider is
    /// not linked, [`Refusal::NoAuthTime`] when it never says when somebody signed in.
    pub async fn begin_provider(
        &self,
        source: &Source,
        viewer: Option<&Viewer>,
        provider: &str,
        ask: AskFor,
        return_to: &str,
    ) -> Result<AttemptSecret, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = match viewer.filter(|_| ask != AskFor::SignIn) {
            Some(viewer) => {
                let (tx, fresh) = self.begin_as(viewer, now).await?;
                (tx, Some(fresh))
            }
            None => (self.db.begin().await?, None),
        };
        let subject = viewer.as_ref().map_or(Subject::of(Actor::Anyone, None), Subject::viewer);
        let outcome = self.begin_provider_in(&mut tx, viewer.as_ref(), provider, ask, return_to, now).await;
        self.finish(tx, action_of(ask), source, subject, outcome).await
    }

    async fn begin_provider_in(
        &self,
        tx: &mut Tx,
        viewer: Option<&Viewer>,
        provider: &str,
        ask: AskFor,
        return_to: &str,
        now: Timestamp,
    ) -> Result<AttemptSecret, Error> {
        let provider = ProviderId::parse(provider).and_then(|id| self.providers.get(&id));
        let provider = provider.ok_or(Refusal::ProviderUnreachable)?;
        match (ask, viewer) {
            (AskFor::SignIn, _) => {}
            (AskFor::Link, Some(viewer)) => self.may_link(tx, viewer, provider, now).await?,
            (AskFor::Sudo, Some(viewer)) => may_confirm(tx, viewer, provider).await?,
            (AskFor::Link | AskFor::Sudo, None) => return Err(Refusal::SignInRequired.into()),
        }
        let secret = AttemptSecret::from_random(self.random.bytes());
        let attempt = NewAttempt {
            id: &secret.row(),
            provider: &provider.id,
            ask,
            viewer: viewer.map(|viewer| (&viewer.user.id, &viewer.session.id)),
            return_to: return_path::local(return_to).unwrap_or(home(ask)),
            at: now,
            expires_at: now.plus(ATTEMPT_TTL),
        };
        while_signed_in(tx.insert_attempt(&attempt).await)?;
        Ok(secret)
    }

    async fn may_link(&self, tx: &mut Tx, viewer: &Viewer, provider: &Listed, now: Timestamp) -> Result<(), Error> {
        viewer.user.must_be_active()?;
        viewer.sudo(now, self.policy.sudo_ttl)?;
        match tx.identity(&viewer.user.id, &provider.id).await? {
            Some(_) => Err(Refusal::AlreadyLinked.into()),
            None => Ok(()),
        }
    }
}

async fn may_confirm(tx: &mut Tx, viewer: &Viewer, provider: &Listed) -> Result<(), Error> {
    viewer.user.must_not_be_closed()?;
    if viewer.user.has_password {
        return Err(Refusal::HasPassword.into());
    }
    if tx.identity(&viewer.user.id, &provider.id).await?.is_none() {
        return Err(Refusal::OtherIdentity.into());
    }
    // It would be asked in vain.
    if provider.kind == ProviderKind::Github { Err(Refusal::NoAuthTime.into()) } else { Ok(()) }
}

/// Under which action an attempt stands in the audit log.
pub(in crate::server::lifecycle) const fn action_of(ask: AskFor) -> Action {
    match ask {
        AskFor::SignIn => Action::SignIn,
        AskFor::Link => Action::LinkProvider,
        AskFor::Sudo => Action::ConfirmSudo,
    }
}

/// Where the person goes who named no page of this site.
const fn home(ask: AskFor) -> &'static str {
    match ask {
        AskFor::SignIn => paths::DASHBOARD,
        AskFor::Link => paths::PROVIDERS,
        AskFor::Sudo => paths::SETTINGS,
    }
}
