//! A first password was set.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let at = facts.minute()?;
    Ok(Words::about("A password was set for your account")
        .says(format!(
            "A password was set for your Signet account on {at}. You can sign in with it beside \
             your provider. Every other session was signed out."
        ))
        .says("If this was you, there is nothing to do.")
        .leads(
            "If this was not you, choose a new password now, which signs out every session:",
            facts.page(paths::RESET_PASSWORD),
        ))
}
