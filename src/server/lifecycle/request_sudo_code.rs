//! `request_sudo_code`: a code to begin sudo mode with, by mail.

use super::{Error, Lifecycle, Source, Viewer};
use crate::domain::error::Refusal;

impl Lifecycle {
    /// Mails a code.
    ///
    /// # Errors
    /// [`Refusal::HasPassword`].
    pub async fn request_sudo_code(&self, _source: &Source, _viewer: &Viewer) -> Result<(), Error> {
        Err(Refusal::HasPassword.into())
    }
}
