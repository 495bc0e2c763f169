//! A first password was set.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Set `at` this time.
#[must_use]
pub fn words(at: Timestamp) -> Words {
    let at = units::minute(at);
    Words::about("A password was set for your account")
        .says(format!(
            "A password was set for your Signet account on {at}. You can sign in with it beside \
             your provider. Every other session was signed out."
        ))
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
}
