//! `begin_provider`: somebody sets out to a provider.

use super::{Error, Lifecycle, Source, Viewer};
use crate::{
    domain::{error::Refusal, provider::AskFor},
    server::crypto::attempt::AttemptSecret,
};

impl Lifecycle {
    /// Begins an attempt.
    ///
    /// # Errors
    /// Those of what is asked for.
    pub async fn begin_provider(
        &self,
        _source: &Source,
        _viewer: Option<&Viewer>,
        _provider: &str,
        _ask: AskFor,
        _return_to: &str,
    ) -> Result<AttemptSecret, Error> {
        Err(Refusal::ProviderUnreachable.into())
    }
}
