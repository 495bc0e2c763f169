//! To the owner of a taken address: you already have an account.

use super::words::Words;
use crate::domain::paths;

/// Says nothing about who asked.
#[must_use]
pub fn words() -> Words {
    Words::about("You already have an account")
        .says(
            "Somebody, most likely you, asked to create a Signet account with this address. \
             It has one already, so nothing was changed.",
        )
        .leads("Sign in with your password:", paths::LOG_IN)
        .leads("If you no longer know your password, choose a new one:", paths::RESET_PASSWORD)
        .says(
            "If this was not you, there is nothing to do. Whoever asked was not told that \
             the account exists.",
        )
}
