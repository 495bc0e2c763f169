//! A sign-in from a browser that is new for the account.

use super::{ComposeError, Facts, Words};
use crate::{domain::paths, server::user_agent};

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let at = facts.minute()?;
    let device = user_agent::named(facts.device.as_deref().unwrap_or_default());
    Ok(Words::about("New sign-in to your account")
        .says(format!(
            "Somebody signed in to your Signet account on {at}, from a device that was not \
             used for it before."
        ))
        .says(format!("Device: {device}"))
        .says("If this was you, there is nothing to do.")
        .leads(
            "If this was not you, choose a new password now, which signs out every session:",
            facts.page(paths::RESET_PASSWORD),
        ))
}
