//! The user can no longer sign in with a provider.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let (name, at) = (facts.provider()?, facts.minute()?);
    Ok(Words::about("A provider was unlinked from your account")
        .says(format!("{name} was unlinked from your Signet account on {at}. It does not sign you in any more."))
        .says("If this was you, there is nothing to do.")
        .leads(
            "If this was not you, choose a new password now, which signs out every session:",
            facts.page(paths::RESET_PASSWORD),
        )
        .leads("Then look which providers are linked:", facts.page(paths::PROVIDERS)))
}
