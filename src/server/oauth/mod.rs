//! Identity providers: sends users there, and checks the responses.
//!
//! Signet contacts a provider only when a user wants to go there, so an unreachable provider does not stop it from
//! starting. It trusts no response: each becomes an [`Identity`] that passed every check, or a [`Fault`] in our own
//! words.

mod address;
mod discovery;
mod fault;
mod github;
mod http_client;
mod oidc;

use std::sync::Arc;

use url::Url;

pub use self::{fault::Fault, http_client::Limits};
use self::{github::Github, http_client::HttpClient, oidc::Oidc};
use super::{clock::Clock, config, crypto::attempt::AttemptSecret, tls::Authorities};
use crate::domain::{
    paths,
    providers::{AskFor, Identity, ProviderId, ProviderKind},
};

/// Every provider of the settings. Cheap to clone.
#[derive(Clone)]
pub struct Providers(Arc<[Entry]>);

/// The data about a provider for pages and rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in paths and rows.
    pub id: ProviderId,
    /// Its name on buttons and in letters.
    pub name: String,
    /// Its protocol; GitHub never says when a user signed in there.
    pub kind: ProviderKind,
    /// Its issuer, or the address of the GitHub server. Another issuer under the same id has other users.
    pub issuer: String,
}

struct Entry {
    listed: Listed,
    client: Client,
}

enum Client {
    Oidc(Box<Oidc>),
    Github(Box<Github>),
}

impl Providers {
    /// The providers of the settings, which need a certificate of `authorities`. They send the browser back to a path
    /// below `base_url`.
    #[must_use]
    pub fn new(providers: &[config::Provider], base_url: &str, clock: &Clock, authorities: &Authorities) -> Self {
        Self::asked_with(&HttpClient::new(Limits::default(), authorities), providers, base_url, clock)
    }

    /// As [`Providers::new`], with other limits for requests, and for providers on this machine that speak no TLS.
    #[must_use]
    pub fn with_limits(providers: &[config::Provider], base_url: &str, clock: &Clock, limits: Limits) -> Self {
        Self::asked_with(&HttpClient::new(limits, &Authorities::default()), providers, base_url, clock)
    }

    fn asked_with(http: &HttpClient, providers: &[config::Provider], base_url: &str, clock: &Clock) -> Self {
        Self(providers.iter().map(|provider| Entry::new(provider, base_url, clock, http)).collect())
    }

    /// Every provider, in the order of the settings.
    pub fn list(&self) -> impl Iterator<Item = &Listed> {
        self.0.iter().map(|entry| &entry.listed)
    }

    /// The provider with this id.
    #[must_use]
    pub fn get(&self, id: &ProviderId) -> Option<&Listed> {
        self.list().find(|listed| listed.id == *id)
    }

    /// The provider of a linked login: the one with its id, unless that has another issuer now. The issuer of a login
    /// that an earlier version of the program linked may be unknown.
    #[must_use]
    pub fn of(&self, id: &ProviderId, issuer: Option<&str>) -> Option<&Listed> {
        self.get(id).filter(|listed| issuer.is_none_or(|issuer| listed.issuer == issuer))
    }

    /// The name of a provider on buttons and in letters, or its id if the settings no longer list it.
    #[must_use]
    pub fn name_of(&self, id: &ProviderId) -> String {
        self.get(id).map_or_else(|| id.to_string(), |listed| listed.name.clone())
    }

    /// The provider's address for the browser that holds `secret`.
    ///
    /// # Errors
    /// [`Fault`] if the provider is unreachable, or its metadata is not valid.
    pub async fn authorization_url(&self, id: &ProviderId, secret: &AttemptSecret, ask: AskFor) -> Result<Url, Fault> {
        match self.client(id)? {
            Client::Oidc(oidc) => oidc.authorization_url(secret, ask).await,
            Client::Github(github) => github.authorization_url(secret),
        }
    }

    /// The identity that the provider proves for the user whom it sent back with `code` and, if it names itself,
    /// `iss`. The caller checks whether the proof is recent enough.
    ///
    /// # Errors
    /// [`Fault`] if the provider is unreachable, or its response fails a check.
    pub async fn exchange(
        &self,
        id: &ProviderId,
        secret: &AttemptSecret,
        code: &str,
        iss: Option<&str>,
    ) -> Result<Identity, Fault> {
        match self.client(id)? {
            Client::Oidc(oidc) => oidc.exchange(secret, code, iss).await,
            Client::Github(github) => github.exchange(secret, code, iss).await,
        }
    }

    fn client(&self, id: &ProviderId) -> Result<&Client, Fault> {
        let entry = self.0.iter().find(|entry| entry.listed.id == *id);
        entry.map(|entry| &entry.client).ok_or(Fault::Untrusted("not_configured"))
    }
}

impl core::fmt::Debug for Providers {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.list().map(|listed| listed.id.as_str())).finish()
    }
}

impl Entry {
    fn new(provider: &config::Provider, base_url: &str, clock: &Clock, http: &HttpClient) -> Self {
        let redirect_uri = format!("{base_url}{}", paths::filled(paths::PROVIDER_CALLBACK, provider.id.as_str()));
        let http = http.for_issuer(&provider.issuer);
        let client = match provider.kind {
            ProviderKind::Oidc => Client::Oidc(Box::new(Oidc::new(provider, redirect_uri, http, clock.clone()))),
            ProviderKind::Github => Client::Github(Box::new(Github::new(provider, redirect_uri, http))),
        };
        let config::Provider { id, name, kind, issuer, .. } = provider.clone();
        Self { listed: Listed { id, name, kind, issuer }, client }
    }
}
