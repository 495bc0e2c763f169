//! The deletion was cancelled: welcome back.

use super::words::Words;
use crate::domain::paths;

/// The account stays.
#[must_use]
pub fn words() -> Words {
    Words::about("Welcome back, your account stays")
        .says(
            "Somebody, most likely you, kept your Signet account: signed in, by the link in \
             our letter, or with a new password. It will not be erased.",
        )
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
}
