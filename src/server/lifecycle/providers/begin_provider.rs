//! `begin_provider`: somebody sets out to a provider.

use crate::{
    domain::{
        error::Refusal,
        paths,
        providers::{AskFor, AttemptRequest, ProviderId, ProviderKind},
        return_path,
        security_log::Actor,
        time::Span,
        user::User,
    },
    server::{
        crypto::attempt::AttemptSecret,
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin, Viewer,
            operation::{Attribution, Operation},
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
        source: &RequestOrigin,
        viewer: Option<&Viewer>,
        wanted: AttemptRequest<'_>,
    ) -> Result<AttemptSecret, Error> {
        let action = action_of(wanted.ask);
        let viewer = viewer.filter(|_| wanted.ask != AskFor::SignIn);
        let refusal = match ProviderId::parse(wanted.provider).and_then(|id| self.providers.get(&id)) {
            // Before the line is asked: a person does not confirm that it is them for one that is not there.
            None => Refusal::ProviderUnreachable,
            Some(_) if viewer.is_none() && wanted.ask != AskFor::SignIn => Refusal::SignInRequired,
            Some(provider) => {
                let mut operation = match viewer {
                    Some(viewer) => self.begin_as(action, source, viewer).await?,
                    None => self.begin(Attribution::of(action, source, Actor::Anyone, None)).await?,
                };
                let outcome = self.begin_provider_in(&mut operation, provider, wanted).await;
                // An attempt has no event; its outcome has.
                operation.nothing_to_record();
                return operation.finish(outcome).await;
            }
        };
        let by = match viewer {
            Some(viewer) => {
                self.still_signed_in(viewer).await?;
                Attribution::viewer(action, source, viewer)
            }
            None => Attribution::of(action, source, Actor::Anyone, None),
        };
        Err(self.refuse(&by, refusal.into()).await)
    }

    async fn begin_provider_in(
        &self,
        operation: &mut Operation<'_>,
        provider: &Listed,
        wanted: AttemptRequest<'_>,
    ) -> Result<AttemptSecret, Error> {
        let viewer = match wanted.ask {
            AskFor::SignIn => None,
            AskFor::Link | AskFor::Sudo => Some(operation.viewer()?),
        };
        if let Some(viewer) = &viewer {
            may_set_out(&mut operation.tx, &viewer.user, provider, wanted.ask).await?;
        }
        let secret = AttemptSecret::from_random(self.random.bytes());
        let attempt = NewAttempt {
            id: &secret.row(),
            provider: &provider.id,
            ask: wanted.ask,
            viewer: viewer.as_deref().map(|viewer| (&viewer.user.id, &viewer.session.id)),
            return_to: return_path::local(wanted.return_to).unwrap_or(home(wanted.ask)),
            at: operation.now,
            expires_at: operation.now.plus(ATTEMPT_TTL),
        };
        operation.tx.insert_attempt(&attempt).await?;
        Ok(secret)
    }
}

/// Refuses if the provider's answer could be of no use.
async fn may_set_out(tx: &mut Tx, user: &User, provider: &Listed, ask: AskFor) -> Result<(), Error> {
    if ask == AskFor::Sudo && user.has_password {
        return Err(Refusal::HasPassword.into());
    }
    let is_linked = tx.identity(&user.id, &provider.id).await?.is_some();
    match (ask, is_linked) {
        (AskFor::Link, true) => Err(Refusal::AlreadyLinked.into()),
        (AskFor::Sudo, false) => Err(Refusal::OtherIdentity.into()),
        // It would be asked in vain.
        (AskFor::Sudo, true) if provider.kind == ProviderKind::Github => Err(Refusal::NoAuthTime.into()),
        _ => Ok(()),
    }
}

/// Under which action an attempt stands in the security log.
pub(super) const fn action_of(ask: AskFor) -> Action {
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
