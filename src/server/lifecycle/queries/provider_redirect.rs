//! The page between Signet and a provider.

use url::Url;

use crate::{
    domain::{error::Refusal, provider::AskFor},
    server::{
        crypto::attempt::AttemptSecret,
        lifecycle::{Error, Lifecycle},
    },
};

/// What the page on the way to a provider shows.
pub struct ProviderRedirect {
    /// The provider's name.
    pub name: String,
    /// Why the person goes there.
    pub ask: AskFor,
    /// Where they want to go afterwards.
    pub return_to: String,
    /// Where the browser goes; `None` when the provider cannot be reached now.
    pub url: Option<Url>,
}

impl Lifecycle {
    /// The page for the browser that holds `secret`. Changes nothing.
    ///
    /// # Errors
    /// [`Refusal::AttemptOver`].
    pub async fn provider_redirect(&self, _secret: &AttemptSecret, _provider: &str) -> Result<ProviderRedirect, Error> {
        Err(Refusal::AttemptOver.into())
    }
}
