//! `begin_provider`: starts a provider attempt, before the browser goes to the provider.

use crate::{
    domain::{
        error::Refusal,
        limits::Limit,
        mail_token::Purpose,
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

/// How long a user may take at the provider: as long as ASVS V6.5.5 allows for authentication by another channel.
pub const ATTEMPT_TTL: Span = Span::minutes(10);

impl Lifecycle {
    /// Begins an attempt to identify the user with `provider`. The caller puts the secret into a cookie of the
    /// browser; the provider's response is valid in this browser only.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if the settings do not list the provider. To link:
    /// [`Refusal::SudoRequired`], [`Refusal::Unverified`], [`Refusal::AlreadyLinked`]. For sudo mode:
    /// [`Refusal::HasPassword`]; [`Refusal::OtherIdentity`] if the provider is not linked; [`Refusal::NoAuthTime`]
    /// if it never says when the user signed in.
    pub async fn begin_provider(
        &self,
        source: &RequestOrigin,
        viewer: Option<&Viewer>,
        wanted: AttemptRequest<'_>,
    ) -> Result<AttemptSecret, Error> {
        let action = action_of(wanted.ask);
        let viewer = viewer.filter(|_| wanted.ask != AskFor::SignIn);
        if let Err(error) = self.limit_network(source, &[Limit::ProviderAttemptsPerIp]).await {
            return Err(self.refuse(&Attribution::of(action, source, Actor::Anyone, None), error).await);
        }
        let refusal = match ProviderId::parse(wanted.provider).and_then(|id| self.providers.get(&id)) {
            // Checked before the line: a user need not confirm their identity for a provider that does not exist.
            None => Refusal::NotFound,
            Some(_) if viewer.is_none() && wanted.ask != AskFor::SignIn => Refusal::SignInRequired,
            Some(provider) => {
                let mut operation = match viewer {
                    Some(viewer) => self.begin_as(action, source, viewer).await?,
                    None => self.begin(Attribution::of(action, source, Actor::Anyone, None)).await?,
                };
                let outcome = self.begin_provider_in(&mut operation, provider, wanted).await;
                // Beginning an attempt records no event; its outcome does.
                operation.nothing_to_record();
                return operation.finish(outcome).await;
            }
        };
        let by = match viewer {
            Some(viewer) => {
                self.still_signed_in(source, viewer).await?;
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
            return_to: page_to_store(wanted.return_to).unwrap_or(home(wanted.ask)),
            at: operation.now,
            expires_at: operation.now.plus(ATTEMPT_TTL),
        };
        operation.tx.insert_attempt(&attempt).await?;
        Ok(secret)
    }
}

/// The page to return to, if it is one of this site and not a mailed link: the database holds no such link (behaviour
/// rule 3). Then the person opens the link again.
fn page_to_store(wanted: &str) -> Option<&str> {
    let is_link = |page: &&str| Purpose::ALL.iter().any(|purpose| page.starts_with(purpose.path()));
    return_path::local(wanted).filter(|page| !is_link(page))
}

/// Refuses if the provider's response would be useless.
async fn may_set_out(tx: &mut Tx, user: &User, provider: &Listed, ask: AskFor) -> Result<(), Error> {
    if ask == AskFor::Sudo && user.has_password {
        return Err(Refusal::HasPassword.into());
    }
    let linked = tx.identity(&user.id, &provider.id).await?;
    // Another issuer may have given the linked login, which proves nothing then.
    let is_usable = linked.as_ref().is_some_and(|linked| linked.is_from(&provider.issuer));
    match ask {
        AskFor::Link if linked.is_some() => Err(Refusal::AlreadyLinked.into()),
        AskFor::Sudo if !is_usable => Err(Refusal::OtherIdentity.into()),
        // GitHub never sends the time of the login, so its response would prove nothing.
        AskFor::Sudo if provider.kind == ProviderKind::Github => Err(Refusal::NoAuthTime.into()),
        _ => Ok(()),
    }
}

/// The action under which the security log records an attempt.
pub(super) const fn action_of(ask: AskFor) -> Action {
    match ask {
        AskFor::SignIn => Action::SignIn,
        AskFor::Link => Action::LinkProvider,
        AskFor::Sudo => Action::ConfirmSudo,
    }
}

/// Where the user goes afterwards if the form names no page of this site.
const fn home(ask: AskFor) -> &'static str {
    match ask {
        AskFor::SignIn => paths::DASHBOARD,
        AskFor::Link => paths::PROVIDERS,
        AskFor::Sudo => paths::SETTINGS,
    }
}
