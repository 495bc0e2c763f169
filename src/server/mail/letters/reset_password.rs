//! The link that resets the password.

use super::{ComposeError, Facts, Words};

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let url = facts.url()?;
    let until = facts.until()?;
    Ok(Words::about("Choose a new password")
        .says("Somebody, most likely you, asked to reset the password of your Signet account.")
        .says(format!("Open the link to choose a new password. It works once, until {until}."))
        .button("Reset password", url)
        .says("You are then signed out everywhere and sign in with the new password.")
        .says(
            "If this was not you, do nothing, and do not pass the link on. Your password \
             stays as it is.",
        ))
}
