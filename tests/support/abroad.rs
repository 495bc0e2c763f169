//! People who go to a provider and come back, straight on the lifecycle, with two `OpenID` providers and a GitHub
//! on loopback ports. A test decides what the providers do.

use signet::{
    domain::{
        error::Refusal,
        providers::{AskFor, AttemptRequest},
    },
    server::{
        config::Settings,
        crypto::{attempt::AttemptSecret, session_token::SessionToken},
        lifecycle::{
            self, Error, Lifecycle, Viewer,
            providers::{Ended, Finished},
            sign_in::SignedIn,
        },
    },
    testing::{
        TestApp,
        people::{source, viewer},
        provider::{Callback, TestGithub, TestProvider},
    },
};

pub const ACME: &str = "acme";
pub const BRAVO: &str = "bravo";
pub const GITHUB: &str = "github";
/// The person that every provider names unless a test says otherwise.
pub const ADA: &str = "ada@example.com";

/// An application and its providers, all with the same clock.
pub struct Abroad {
    pub app: TestApp,
    pub acme: TestProvider,
    pub bravo: TestProvider,
    pub github: TestGithub,
}

impl Abroad {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings; those of the providers are already set.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let home = TestApp::new().await;
        let (acme, bravo) = (TestProvider::start(&home.clock).await, TestProvider::start(&home.clock).await);
        let github = TestGithub::start().await;
        let providers = vec![acme.settings(ACME), bravo.settings(BRAVO), github.settings(GITHUB)];
        let app = home.again(|settings| {
            settings.providers = providers;
            change(settings);
        });
        Self { app, acme, bravo, github }
    }

    pub fn life(&self) -> &Lifecycle {
        &self.app.lifecycle
    }

    /// Presses the button that leads to the provider.
    pub async fn set_out(&self, viewer: Option<&Viewer>, provider: &str, ask: AskFor) -> Result<AttemptSecret, Error> {
        let secret = self
            .life()
            .begin_provider(&source(), viewer, AttemptRequest { provider, ask, return_to: "/dashboard" })
            .await?;
        self.app.keep_secret(secret.expose());
        Ok(secret)
    }

    /// Gives consent at the provider; returns what the browser brings back.
    pub async fn approved(&self, secret: &AttemptSecret, provider: &str) -> Callback {
        let url = self.life().provider_redirect(secret, provider).await.unwrap().url.unwrap();
        match provider {
            GITHUB => self.github.approve(&url),
            BRAVO => self.bravo.approve(&url),
            _ => self.acme.approve(&url),
        }
    }

    /// Returns to Signet with the provider's answer.
    pub async fn come_back(
        &self,
        viewer: Option<&Viewer>,
        secret: &AttemptSecret,
        provider: &str,
        callback: &Callback,
    ) -> Ended {
        self.life().finish_provider(&source(), viewer, Some(secret), with_code(provider, callback)).await
    }

    /// The whole way to the provider and back.
    pub async fn travel(&self, viewer: Option<&Viewer>, provider: &str, ask: AskFor) -> Result<Finished, Error> {
        let secret = self.set_out(viewer, provider, ask).await?;
        let callback = self.approved(&secret, provider).await;
        self.come_back(viewer, &secret, provider, &callback).await.outcome
    }

    /// Signs in at a provider.
    pub async fn sign_in(&self, provider: &str) -> Result<SignedIn, Error> {
        self.travel(None, provider, AskFor::SignIn).await.map(|finished| match finished {
            Finished::SignedIn(signed_in) => signed_in,
            _ => panic!("asked to sign in"),
        })
    }

    /// A person whose only sign-in method is this provider. Earlier letters and events are already discarded.
    pub async fn came_through(&self, provider: &str) -> Viewer {
        let viewer = self.sees(&self.sign_in(provider).await.unwrap().token).await;
        self.app.settle().await;
        viewer
    }

    /// Confirms it's them at a provider; returns the session's new token.
    pub async fn confirm(&self, viewer: &Viewer, provider: &str) -> Result<SessionToken, Error> {
        self.travel(Some(viewer), provider, AskFor::Sudo).await.map(|finished| match finished {
            Finished::SudoConfirmed(token) => token,
            _ => panic!("asked to confirm"),
        })
    }

    /// Puts the viewer into sudo mode through a provider. Earlier letters and events are already discarded.
    pub async fn in_sudo(&self, viewer: &Viewer, provider: &str) -> Viewer {
        let viewer = self.sees(&self.confirm(viewer, provider).await.unwrap()).await;
        self.app.settle().await;
        viewer
    }

    /// Links a provider to the account of a person in sudo mode.
    pub async fn link(&self, viewer: &Viewer, provider: &str) -> Result<(), Error> {
        self.travel(Some(viewer), provider, AskFor::Link).await.map(drop)
    }

    /// The viewer of this session.
    pub async fn sees(&self, token: &SessionToken) -> Viewer {
        viewer(self.life(), token).await
    }

    /// Whether a viewer's session is in sudo mode now.
    pub async fn has_sudo(&self, viewer: &Viewer) -> bool {
        let sudo = format!("signet_sessions WHERE id = '{}' AND sudo_at IS NOT NULL", viewer.session.id);
        self.app.count(&sudo).await == 1
    }

    /// The linked logins: `provider subject` of each.
    pub async fn logins(&self) -> Vec<String> {
        self.app.rows("SELECT provider || ' ' || subject FROM signet_identities ORDER BY 1").await
    }
}

/// The browser's callback with a code.
pub fn with_code<'a>(provider: &'a str, callback: &'a Callback) -> lifecycle::providers::Callback<'a> {
    let Callback { code, state, iss } = callback;
    lifecycle::providers::Callback { provider, state, code: Some(code), error: None, iss: Some(iss) }
}

/// The reason for a refusal.
pub fn refusal<T>(outcome: Result<T, Error>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was not refused"),
    }
}
