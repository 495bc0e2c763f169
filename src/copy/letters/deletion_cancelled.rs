//! The deletion was cancelled: welcome back.

use super::words::Words;
use crate::domain::paths;

/// The account stays.
#[must_use]
pub fn words() -> Words {
    Words::about("Welcome back, your account stays")
        .says(
            "Somebody, most likely you, signed in and kept your Signet account. It will not \
             be erased.",
        )
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
}
