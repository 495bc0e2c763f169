//! `finish_provider`: ends an attempt when the browser comes back from the provider.

use crate::{
    domain::{
        error::Refusal,
        failure::Failure,
        limits::Limit,
        providers::{AskFor, Identity},
        security_log::Actor,
        time::Timestamp,
    },
    server::{
        crypto::{attempt::AttemptSecret, session_token::SessionToken},
        lifecycle::{
            Error, Lifecycle, RequestOrigin, Viewer,
            operation::{Attribution, Subject},
            providers::begin_provider::action_of,
            sign_in::SignedIn,
        },
        oauth::Fault,
        store::Attempt,
    },
};

/// The parameters with which the provider sent the browser back.
#[derive(Clone, Copy)]
pub struct Callback<'a> {
    /// The provider that the path names.
    pub provider: &'a str,
    /// `state`.
    pub state: &'a str,
    /// `code`.
    pub code: Option<&'a str>,
    /// `error`.
    pub error: Option<&'a str>,
    /// `iss` (RFC 9207).
    pub iss: Option<&'a str>,
}

/// What a successful attempt did.
pub enum Finished {
    /// A session began.
    SignedIn(SignedIn),
    /// The viewer can sign in with the provider now.
    Linked,
    /// The viewer's session is in sudo mode, and has this new token.
    SudoConfirmed(SessionToken),
}

/// The result of an answer.
pub struct Ended {
    /// The purpose of the attempt; `None` if there is no such attempt.
    pub ask: Option<AskFor>,
    /// Where the user wanted to go afterwards: a path of this site.
    pub return_to: String,
    /// Whether the attempt is over. An answer that was refused before the provider was asked leaves it open.
    pub is_over: bool,
    /// What the attempt did, or why it failed.
    pub outcome: Result<Finished, Error>,
    /// The login, if it was refused for nothing but the lack of an address that counts: the user may enter one.
    pub nameless: Option<Identity>,
}

/// Why the provider's response proves nothing: the refusal, and a word for the log only.
struct Doubt {
    refusal: Refusal,
    word: &'static str,
}

impl Lifecycle {
    /// Ends the attempt whose `secret` the browser holds, if `callback` is the provider's response to it. Deletes the
    /// attempt before it shows the code to the provider, so that no response works twice. Whatever it refuses before
    /// that leaves the attempt open: any page of any site can make a browser send a response of its own making. Calls
    /// the provider with no transaction open, and checks account and session again afterwards, because they may have
    /// changed while it waited.
    pub async fn finish_provider(
        &self,
        source: &RequestOrigin,
        viewer: Option<&Viewer>,
        secret: Option<&AttemptSecret>,
        callback: Callback<'_>,
    ) -> Ended {
        // RFC 6749 §10.12. Not recorded: an image on another site can make any browser send such a request.
        let Some(secret) = secret.filter(|secret| secret.has_state(callback.state)) else {
            return Ended::without_attempt(Refusal::AttemptOver.into());
        };
        let attempt = match self.open_attempt(secret).await {
            Ok(Some(attempt)) => attempt,
            Ok(None) => return Ended::used_up(),
            Err(error) => return Ended::without_attempt(error),
        };
        let code = match self.code_of(viewer, &attempt, callback).await {
            Ok(code) => code,
            Err(doubt) => {
                let error = self.refuse_attempt(source, &attempt, doubt).await;
                return Ended::of(attempt, false, Err(error));
            }
        };
        match self.take_attempt(secret).await {
            Ok(true) => {}
            Ok(false) => return Ended::used_up(),
            Err(error) => return Ended::of(attempt, false, Err(error)),
        }
        match self.prove_identity(&attempt, secret, code, callback.iss).await {
            Ok(identity) => {
                let outcome = self.act_on(source, viewer, &attempt, &identity).await;
                Ended::of(attempt, true, outcome).naming(identity)
            }
            Err(doubt) => {
                let error = self.refuse_attempt(source, &attempt, doubt).await;
                Ended::of(attempt, true, Err(error))
            }
        }
    }

    async fn open_attempt(&self, secret: &AttemptSecret) -> Result<Option<Attempt>, Error> {
        Ok(self.db.single_read().await?.attempt(&secret.row()).await?)
    }

    /// Deletes the attempt; `false` if another request was faster.
    async fn take_attempt(&self, secret: &AttemptSecret) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        let taken = tx.take_attempt(&secret.row()).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// The code for the provider, if the response fits the attempt and has one.
    async fn code_of<'a>(
        &self,
        viewer: Option<&Viewer>,
        attempt: &Attempt,
        callback: Callback<'a>,
    ) -> Result<&'a str, Doubt> {
        is_of(attempt, viewer, callback.provider, self.clock.now())?;
        let code = match (callback.error, callback.code) {
            (Some(error), _) => return Err(Fault::of_callback(error).into()),
            (None, None) => return Err(Fault::Untrusted("no_code").into()),
            (None, Some(code)) => code,
        };
        self.may_call(attempt).await?;
        Ok(code)
    }

    /// The identity that the provider proves. Refuses a subject that another issuer has given to a person, when an
    /// operator has put another provider under the same id. The statements of the actions compare the issuer too.
    async fn prove_identity(
        &self,
        attempt: &Attempt,
        secret: &AttemptSecret,
        code: &str,
        iss: Option<&str>,
    ) -> Result<Identity, Doubt> {
        let identity = self.providers.exchange(&attempt.provider, secret, code, iss).await?;
        match self.is_of_other_issuer(&identity).await {
            Ok(true) => Err(Fault::Untrusted("other_issuer").into()),
            // Without a database the action that follows fails, and says so.
            Ok(false) | Err(_) => Ok(identity),
        }
    }

    async fn is_of_other_issuer(&self, identity: &Identity) -> Result<bool, Error> {
        Ok(self.db.single_read().await?.is_of_other_issuer(identity).await?)
    }

    /// Refuses while too many requests go to the provider: a flood here must not become one there.
    async fn may_call(&self, attempt: &Attempt) -> Result<(), Doubt> {
        match self.limit(Limit::ProviderCalls, attempt.provider.as_str()).await {
            Err(Error::Refused(refusal)) => Err(Doubt { refusal, word: "limited" }),
            // Without a database the action that follows fails, and says so.
            _ => Ok(()),
        }
    }

    async fn act_on(
        &self,
        source: &RequestOrigin,
        viewer: Option<&Viewer>,
        attempt: &Attempt,
        identity: &Identity,
    ) -> Result<Finished, Error> {
        match (attempt.ask, viewer) {
            (AskFor::SignIn, previous) => {
                self.sign_in_with_provider(source, previous, identity).await.map(Finished::SignedIn)
            }
            (AskFor::Link, Some(viewer)) => {
                self.link_provider(source, viewer, identity).await.map(|()| Finished::Linked)
            }
            (AskFor::Sudo, Some(viewer)) => {
                let confirmed = self.confirm_sudo_by_provider(source, viewer, attempt.started_at, identity).await;
                confirmed.map(Finished::SudoConfirmed)
            }
            (AskFor::Link | AskFor::Sudo, None) => Err(Refusal::SignInRequired.into()),
        }
    }

    /// Records why an attempt failed. The word goes beside the failure's code and not into the event's detail,
    /// because an event without an account has no detail.
    async fn refuse_attempt(&self, source: &RequestOrigin, attempt: &Attempt, doubt: Doubt) -> Error {
        let action = action_of(attempt.ask);
        let subject = match attempt.viewer.clone() {
            Some((user, session)) => Subject { user_id: Some(user), session_id: Some(session), actor: Actor::Person },
            None => Subject::of(Actor::Anyone, None),
        };
        let provider = attempt.provider.as_str();
        tracing::warn!(request = source.request, provider, word = doubt.word, "a provider's answer came to nothing");
        let failure = Failure::with_word(doubt.refusal.reason(), doubt.word);
        self.refuse_as(&Attribution { action, source, subject }, doubt.refusal, &failure).await
    }
}

/// Checks that the attempt has not expired, and that the browser came back as it left: at the address of the same
/// provider (RFC 9700 §4.4), and signed in with the same session, if any.
fn is_of(attempt: &Attempt, viewer: Option<&Viewer>, provider: &str, now: Timestamp) -> Result<(), Doubt> {
    if attempt.provider.as_str() != provider {
        return Err(over("provider"));
    }
    if !attempt.is_open(now) {
        return Err(over("expired"));
    }
    match (&attempt.viewer, viewer) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(Doubt { refusal: Refusal::SignInRequired, word: "session" }),
        (Some((user, session)), Some(viewer)) if viewer.user.id == *user && viewer.session.id == *session => Ok(()),
        (Some(_), Some(_)) => Err(over("session")),
    }
}

const fn over(word: &'static str) -> Doubt {
    Doubt { refusal: Refusal::AttemptOver, word }
}

impl From<Fault> for Doubt {
    fn from(fault: Fault) -> Self {
        let refusal = match fault {
            Fault::Unreachable(_) => Refusal::ProviderUnreachable,
            Fault::Denied => Refusal::ProviderDenied,
            Fault::Untrusted(_) => Refusal::ProviderUntrusted,
        };
        Self { refusal, word: fault.word() }
    }
}

impl Ended {
    fn of(attempt: Attempt, is_over: bool, outcome: Result<Finished, Error>) -> Self {
        Self { ask: Some(attempt.ask), return_to: attempt.return_to, is_over, outcome, nameless: None }
    }

    fn naming(mut self, identity: Identity) -> Self {
        let lacks_address = matches!(self.outcome, Err(Error::Refused(Refusal::EmailNotVerified)));
        self.nameless = lacks_address.then_some(identity);
        self
    }

    fn without_attempt(error: Error) -> Self {
        Self { ask: None, return_to: "/".to_owned(), is_over: false, outcome: Err(error), nameless: None }
    }

    /// The browser has the secret, but an earlier response has used up the attempt.
    fn used_up() -> Self {
        Self { is_over: true, ..Self::without_attempt(Refusal::AttemptOver.into()) }
    }
}
