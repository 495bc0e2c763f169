//! The password changed.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Changed `at` this time.
#[must_use]
pub fn words(at: Timestamp) -> Words {
    let at = units::minute(at);
    Words::about("Your password was changed")
        .says(format!(
            "The password of your Signet account was changed on {at}. Every other session \
             was signed out."
        ))
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
}
