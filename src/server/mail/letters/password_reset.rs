//! The password was reset by a mailed link.

use super::{ComposeError, Facts, RESET, Words};

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let at = facts.minute()?;
    Ok(Words::about("Your password was reset")
        .says(format!(
            "The password of your Signet account was reset with a mailed link on {at}. \
             Every session was signed out."
        ))
        .says("If this was you, there is nothing to do.")
        .leads(
            "If this was not you, somebody else can read your mail. Secure your mailbox \
             first, then choose a new password:",
            facts.page(RESET),
        ))
}
