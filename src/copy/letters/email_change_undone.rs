//! To both addresses: the change was undone.

use super::words::Words;
use crate::domain::paths;

/// `restored` is the address that the account has again, as this reader may see it.
#[must_use]
pub fn words(restored: &str) -> Words {
    Words::about("A change of email was taken back")
        .says(format!(
            "The email of the account is {restored} again. The change was taken back with a \
             link that was sent to that address. Every session was signed out. The password, \
             every API token, and the providers linked shortly before the change or since \
             were removed. If the account was closed, it is open again."
        ))
        .says(format!(
            "If the account is yours, open the link that was sent to {restored} and choose a \
             new password. Nobody can sign in with a password before that."
        ))
        .leads("If that link no longer works, ask for another one:", paths::RESET_PASSWORD)
        .says("If it is not yours, there is nothing to do.")
}
