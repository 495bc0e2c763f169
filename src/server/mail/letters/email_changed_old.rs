//! To the old address: the change is done, with the undo link.

use super::{ComposeError, Facts, Words};
use crate::domain::{email::Email, paths};

pub(super) fn words(to: &Email, facts: &Facts) -> Result<Words, ComposeError> {
    let url = facts.url()?;
    let until = facts.until()?;
    let new = facts.other_shown_to(to)?;
    Ok(Words::about("This address is no longer your email")
        .says(format!(
            "The email of your Signet account was changed from this address to {new}. Every \
             session was signed out."
        ))
        .says("If this was you, there is nothing to do. Sign in with the new address.")
        .says(format!(
            "If this was not you, restore this address. You need not sign in for that, and \
             the link works until {until}."
        ))
        .button("Restore my email", url)
        .leads("Then choose a new password:", facts.page(paths::RESET_PASSWORD)))
}
