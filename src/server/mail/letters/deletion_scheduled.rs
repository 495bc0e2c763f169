//! The account is closed: the date of the erasure, and how to come back.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let day = facts.day()?;
    let minute = facts.minute()?;
    Ok(Words::about(format!("Your account is closed and will be erased on {day}"))
        .says(format!(
            "Your Signet account was closed, as asked. It will be erased on {minute}. You \
             are signed out on every device, and API tokens no longer work."
        ))
        .leads("Changed your mind? Sign in before then and choose to keep your account:", facts.page(paths::LOG_IN))
        .says("If this was not you, sign in and keep your account in the same way.")
        .leads("Then choose a new password, which signs out every session:", facts.page(paths::RESET_PASSWORD)))
}
