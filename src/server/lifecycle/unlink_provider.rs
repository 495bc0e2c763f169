//! `unlink_provider`: a provider is no way in any more.

use super::{Error, Lifecycle, Source, Viewer};
use crate::domain::error::Refusal;

impl Lifecycle {
    /// Unlinks a provider.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::LastWayIn`].
    pub async fn unlink_provider(&self, _source: &Source, _viewer: &Viewer, _provider: &str) -> Result<(), Error> {
        Err(Refusal::LastWayIn.into())
    }
}
