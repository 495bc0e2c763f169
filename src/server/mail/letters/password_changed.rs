//! The password changed.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let at = facts.minute()?;
    Ok(Words::about("Your password was changed")
        .says(format!(
            "The password of your Signet account was changed on {at}. Every other session \
             was signed out."
        ))
        .says("If this was you, there is nothing to do.")
        .leads(
            "If this was not you, choose a new password now, which signs out every session:",
            facts.page(paths::RESET_PASSWORD),
        ))
}
