//! To the owner of a taken address: you already have an account.

use super::{Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Words {
    Words::about("You already have an account")
        .says(
            "Somebody, most likely you, asked to create a Signet account with this address. \
             It has one already, so nothing was changed.",
        )
        .leads("Sign in with your password:", facts.page(paths::LOG_IN))
        .leads("If you no longer know your password, choose a new one:", facts.page(paths::RESET_PASSWORD))
        .says(
            "If this was not you, there is nothing to do. Whoever asked was not told that \
             the account exists.",
        )
}
