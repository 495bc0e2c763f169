//! The export is ready to download.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let until = facts.minute()?;
    Ok(Words::about("Your data export is ready")
        .says(format!("The export of your Signet account is ready and can be downloaded until {until}."))
        .leads("Sign in, confirm it is you and download it:", facts.page(paths::EXPORT))
        .leads(
            "If you did not ask for it, choose a new password now, which signs out every session:",
            facts.page(paths::RESET_PASSWORD),
        ))
}
