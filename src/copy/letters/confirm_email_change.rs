//! To the new address: confirm the change.

use super::words::Words;
use crate::{copy::units, domain::time::Timestamp};

/// The link works `until` this time.
#[must_use]
pub fn words(until: Timestamp) -> Words {
    let until = units::minute(until);
    Words::about("Confirm your new email")
        .says(
            "Somebody, most likely you, asked to make this address the email of a Signet \
             account.",
        )
        .says(format!(
            "Open the link, sign in if you are asked to, and confirm the new email. The \
             link works until {until}; until it is used, the email stays as it was."
        ))
        .button("Confirm new email")
        .says("You are then signed out everywhere and sign in with this address.")
        .says(
            "If this was not you, do nothing, and do not pass the link on. Without it your \
             address is not used.",
        )
}
