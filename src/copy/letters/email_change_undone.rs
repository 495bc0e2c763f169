//! To both addresses: the change was undone.

use super::words::Words;
use crate::domain::paths;

/// `restored` is the address that the account has again, as this reader may see it.
#[must_use]
pub fn words(restored: &str) -> Words {
    Words::about("A change of email was taken back")
        .says(format!(
            "The email of the account is {restored} again. The change was taken back with a \
             link that was sent to that address. Every session was signed out and every API \
             token revoked."
        ))
        .leads(
            "If the account is yours, choose a new password now, so that nobody but you can \
             sign in:",
            paths::RESET_PASSWORD,
        )
        .says("If it is not yours, there is nothing to do.")
}
