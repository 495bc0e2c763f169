//! To the owner of an address that somebody wants to change to.

use super::{Facts, LOG_IN, Words};

pub(super) fn words(facts: &Facts) -> Words {
    Words::about("Somebody asked to use your address")
        .says(
            "Somebody asked to make this address the email of another Signet account. It \
             belongs to your account, so nothing was changed, and your account stays yours.",
        )
        .says(
            "If this was not you, there is nothing to do. Whoever asked was not told that \
             your account exists.",
        )
        .leads(
            "If this was you, first change the email of the account that has this address, \
             or delete that account:",
            facts.page(LOG_IN),
        )
}
