//! The query of the page between Signet and a provider.

use url::Url;

use crate::{
    domain::{error::Refusal, paths, providers::AskFor},
    server::{
        crypto::attempt::AttemptSecret,
        lifecycle::{Error, Lifecycle},
    },
};

/// The data of the page between Signet and a provider.
pub struct ProviderRedirect {
    /// The provider's name.
    pub name: String,
    /// The purpose of the attempt.
    pub ask: AskFor,
    /// Where the user wants to go afterwards.
    pub return_to: String,
    /// The provider's address for the browser; `None` if the provider cannot be reached now.
    pub url: Option<Url>,
    /// The page's own address, with the name of the attempt.
    pub here: String,
}

impl Lifecycle {
    /// The data of the page, for the browser that holds `secret`. Changes nothing.
    ///
    /// # Errors
    /// [`Refusal::AttemptOver`] if the attempt has ended or expired, or belongs to another provider.
    pub async fn provider_redirect(&self, secret: &AttemptSecret, provider: &str) -> Result<ProviderRedirect, Error> {
        let now = self.clock.now();
        let attempt = self.db.single_read().await?.attempt(&secret.row()).await?;
        let attempt = attempt.filter(|attempt| attempt.provider.as_str() == provider && attempt.is_open(now));
        let attempt = attempt.ok_or(Refusal::AttemptOver)?;
        let url = match self.providers.authorization_url(&attempt.provider, secret, attempt.ask).await {
            Ok(url) => Some(url),
            Err(fault) => {
                tracing::warn!(provider = %attempt.provider, %fault, "nobody can be sent to the provider");
                None
            }
        };
        let name = self.providers.name_of(&attempt.provider);
        let here = paths::to_provider(provider, &secret.name());
        Ok(ProviderRedirect { name, ask: attempt.ask, return_to: attempt.return_to, url, here })
    }
}
