//! What Signet believes of a provider, and what not: the client alone, against a provider that makes every possible
//! mistake.

mod answers;
mod discovery;
mod github;
mod id_token;
mod requests;

use std::time::Duration;

use signet::{
    domain::{
        email::Email,
        providers::{AskFor, Identity, ProviderId},
    },
    server::{
        clock::Clock,
        config,
        crypto::attempt::AttemptSecret,
        oauth::{Fault, Limits, Providers},
        tls::Authorities,
    },
    testing::{
        BASE_URL, START,
        provider::{Callback, TestProvider},
    },
};
use url::Url;

/// Short time limits, for a provider that hangs.
const LITTLE: Limits = Limits {
    connect: Duration::from_millis(300),
    whole: Duration::from_millis(300),
    idle: Duration::from_secs(1),
    bytes: 1 << 20,
};

/// A browser, Signet's client, and the provider "acme".
struct World {
    clock: Clock,
    provider: TestProvider,
    providers: Providers,
    secret: AttemptSecret,
}

impl World {
    async fn new() -> Self {
        let clock = Clock::manual(START);
        let provider = TestProvider::start(&clock).await;
        let providers = client(&[provider.settings("acme")], &clock);
        Self { clock, provider, providers, secret: AttemptSecret::from_random([7; 32]) }
    }

    /// The same with short time limits.
    fn impatient(self) -> Self {
        let settings = [self.provider.settings("acme")];
        Self { providers: Providers::with_limits(&settings, BASE_URL, &self.clock, LITTLE), ..self }
    }

    /// The address that the browser is sent to.
    async fn set_out(&self, ask: AskFor) -> Result<Url, Fault> {
        self.providers.authorization_url(&acme(), &self.secret, ask).await
    }

    /// What the browser brings back when the person gives consent.
    async fn approved(&self) -> Callback {
        self.provider.approve(&self.set_out(AskFor::SignIn).await.unwrap())
    }

    async fn exchange(&self, callback: &Callback) -> Result<Identity, Fault> {
        self.providers.exchange(&acme(), &self.secret, &callback.code, Some(&callback.iss)).await
    }

    /// The whole way to the provider and back.
    async fn sign_in(&self) -> Result<Identity, Fault> {
        let callback = self.approved().await;
        self.exchange(&callback).await
    }
}

fn acme() -> ProviderId {
    ProviderId::parse("acme").unwrap()
}

fn client(settings: &[config::Provider], clock: &Clock) -> Providers {
    Providers::new(settings, BASE_URL, clock, &Authorities::default())
}

fn ada() -> Option<Email> {
    Email::parse("ada@example.com").ok()
}
