//! The link that resets the password.

use super::words::Words;
use crate::{copy::units, domain::time::Timestamp};

/// The link works `until` this time.
#[must_use]
pub fn words(until: Timestamp) -> Words {
    let until = units::minute(until);
    Words::about("Choose a new password")
        .says("Somebody, most likely you, asked to reset the password of your Signet account.")
        .says(format!("Open the link to choose a new password. It works once, until {until}."))
        .button("Reset password")
        .says("You are then signed out everywhere and sign in with the new password.")
        .says(
            "If this was not you, do nothing, and do not pass the link on. Your password \
             stays as it is.",
        )
}
