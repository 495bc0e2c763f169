//! To the old address: a change was requested, with the cancel link.

use super::{ComposeError, Facts, Words};
use crate::domain::{email::Email, paths};

pub(super) fn words(to: &Email, facts: &Facts) -> Result<Words, ComposeError> {
    let url = facts.url()?;
    let until = facts.until()?;
    let new = facts.other_shown_to(to)?;
    Ok(Words::about("A change of your email was requested")
        .says(format!(
            "Somebody, most likely you, asked to change the email of your Signet account to \
             {new}. Until that address is confirmed, you sign in with this one."
        ))
        .says("If this was you, open the link that was sent to the new address.")
        .says(format!(
            "If this was not you, cancel the change. You need not sign in for that, and the \
             link works until {until}."
        ))
        .button("Cancel the change", url)
        .leads("Then choose a new password, which signs out every session:", facts.page(paths::RESET_PASSWORD)))
}
