//! `set_password`: a first password.

use secrecy::SecretString;

use super::{Error, Lifecycle, PasswordChanged, Source, Viewer};
use crate::domain::error::Refusal;

impl Lifecycle {
    /// Sets a password where there is none.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::HasPassword`], and the refusals of a new password.
    pub async fn set_password(
        &self,
        _source: &Source,
        _viewer: &Viewer,
        _new: SecretString,
    ) -> Result<PasswordChanged, Error> {
        Err(Refusal::HasPassword.into())
    }
}
