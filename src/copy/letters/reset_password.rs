//! The link that resets the password.

use super::words::Words;
use crate::{copy::units, domain::time::Timestamp};

/// The link works `until` this time. A closed account is erased at `erased_at`, unless its owner uses the link.
#[must_use]
pub fn words(until: Timestamp, erased_at: Option<Timestamp>) -> Words {
    let until = units::minute(until);
    let words = Words::about("Choose a new password").says(
        "Somebody, most likely you, asked to reset the password of your Signet account, or \
         took back a change of its email.",
    );
    let words = match erased_at.map(units::minute) {
        Some(at) => words.says(format!("The account is closed and will be erased on {at}. A new password keeps it.")),
        None => words,
    };
    words
        .says(format!("Open the link to choose a new password. It works once, until {until}."))
        .button("Reset password")
        .says("You are then signed out everywhere and sign in with the new password.")
        .says(
            "If this was not you, do nothing, and do not pass the link on. Nothing changes \
             then.",
        )
}
