//! To the new address: confirm the change.

use super::words::Words;
use crate::{copy::units, domain::time::Timestamp};

/// The link works `until` this time. Until it is used, the person signs in with the address `now`; a letter that an
/// earlier version queued does not state it.
#[must_use]
pub fn words(now: Option<&str>, until: Timestamp) -> Words {
    let until = units::minute(until);
    let sign_in = match now {
        Some(now) => {
            format!("Open the link and confirm the new email. To sign in, use the address you have now, {now}.")
        }
        None => "Open the link, sign in if you are asked to, and confirm the new email.".to_owned(),
    };
    Words::about("Confirm your new email")
        .says(
            "Somebody, most likely you, asked to make this address the email of a Signet \
             account.",
        )
        .says(format!("{sign_in} The link works until {until}; until it is used, the email stays as it was."))
        .button("Confirm new email")
        .says("You are then signed out everywhere and sign in with this address.")
        .says(
            "If this was not you, do nothing, and do not pass the link on. Without it your \
             address is not used.",
        )
}
