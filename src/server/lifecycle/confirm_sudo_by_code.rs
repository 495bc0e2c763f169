//! `confirm_sudo_by_code`: sudo mode by a mailed code.

use super::{Error, Lifecycle, Source, Viewer};
use crate::{domain::error::Refusal, server::crypto::session_token::SessionToken};

impl Lifecycle {
    /// Begins sudo mode.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`].
    pub async fn confirm_sudo_by_code(
        &self,
        _source: &Source,
        _viewer: &Viewer,
        _code: &str,
    ) -> Result<SessionToken, Error> {
        Err(Refusal::WrongCode.into())
    }
}
