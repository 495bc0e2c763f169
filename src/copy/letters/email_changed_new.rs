//! To the new address: the change is done.

use super::words::Words;
use crate::domain::paths;

/// `new` is the address of the reader.
#[must_use]
pub fn words(new: &str) -> Words {
    Words::about("Your email was changed")
        .says(format!("The email of your Signet account is now {new}. You are signed out everywhere."))
        .leads("Sign in with the new address:", paths::LOG_IN)
        .leads(
            "If this was not you, somebody else can read your mail. Secure your mailbox \
             first, then choose a new password:",
            paths::RESET_PASSWORD,
        )
}
