//! To a new account: confirm your address.

use super::{ComposeError, Facts, Words};

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let url = facts.url()?;
    let until = facts.until()?;
    Ok(Words::about("Confirm your address")
        .says("Somebody, most likely you, created a Signet account with this address.")
        .says(format!(
            "Open the link and confirm the address to start using the account. The link \
             works until {until}."
        ))
        .button("Confirm address", url)
        .says(
            "In a browser other than the one you signed up with, you are asked for your \
             password first.",
        )
        .says(
            "If this was not you, do nothing, and do not pass the link on. Unless you \
             confirm it, the account has no claim to your address.",
        ))
}
