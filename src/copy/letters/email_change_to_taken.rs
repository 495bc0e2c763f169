//! To the owner of a taken address: another user wants to change to it.

use super::words::Words;
use crate::domain::paths;

/// Says nothing about who asked.
#[must_use]
pub fn words() -> Words {
    Words::about("Somebody asked to use your address")
        .says(
            "Somebody asked to make this address the email of a Signet account. It belongs to \
             your account already, so nothing was changed.",
        )
        .says(
            "If this was not you, there is nothing to do. Whoever asked was not told that \
             your account exists.",
        )
        .leads(
            "If you want it for another account of yours, first change the email of the one \
             that has it, or delete that one:",
            paths::LOG_IN,
        )
}
