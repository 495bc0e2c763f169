//! To a new account: confirm your address.

use super::words::Words;
use crate::{copy::units, domain::time::Timestamp};

/// The link works `until` this time.
#[must_use]
pub fn words(until: Timestamp) -> Words {
    let until = units::minute(until);
    Words::about("Confirm your address")
        .says("Somebody, most likely you, created a Signet account with this address.")
        .says(format!(
            "Open the link and confirm the address to start using the account. The link \
             works until {until}."
        ))
        .button("Confirm address")
        .says(
            "In a browser other than the one you signed up with, you are asked for your \
             password first.",
        )
        .says(
            "If this was not you, do nothing, and do not pass the link on. Unless you \
             confirm it, the account has no claim to your address.",
        )
}
