//! The user can sign in with a provider now.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let (name, at) = (facts.provider()?, facts.minute()?);
    Ok(Words::about("A provider was linked to your account")
        .says(format!("{name} was linked to your Signet account on {at}. Whoever signs in there is signed in here."))
        .says("If this was you, there is nothing to do.")
        .leads(
            "If this was not you, choose a new password now, which signs out every session:",
            facts.page(paths::RESET_PASSWORD),
        )
        .leads("Then unlink the provider:", facts.page(paths::PROVIDERS)))
}
