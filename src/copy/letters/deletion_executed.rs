//! The account was erased: goodbye.

use super::words::Words;
use crate::domain::paths;

/// The last letter about the account.
#[must_use]
pub fn words() -> Words {
    Words::about("Your account is gone")
        .says(
            "Your Signet account was deleted on the date that was announced to you. It \
             cannot be brought back, and this is the last letter about it.",
        )
        .leads(
            "This address is free again. A new account made with it inherits nothing from \
             the old one:",
            paths::REGISTER,
        )
        .says("Goodbye.")
}
