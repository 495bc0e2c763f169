//! The date of the erasure is near.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let day = facts.day()?;
    let minute = facts.minute()?;
    Ok(Words::about(format!("Reminder: your account will be erased on {day}"))
        .says(format!(
            "Your Signet account is closed and will be erased on {minute}. After that it \
             cannot be brought back."
        ))
        .leads("To keep it, sign in before then and choose to keep your account:", facts.page(paths::LOG_IN))
        .says("If you want it erased, there is nothing to do.")
        .leads(
            "If it was not you that closed it, keep it first, then choose a new password:",
            facts.page(paths::RESET_PASSWORD),
        ))
}
