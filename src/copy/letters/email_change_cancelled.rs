//! To the new address: the change was cancelled.

use super::words::Words;
use crate::domain::paths;

/// The link that this address got no longer works.
#[must_use]
pub fn words() -> Words {
    Words::about("The change to this address was cancelled")
        .says(
            "Somebody had asked to make this address the email of a Signet account. That \
             change was cancelled, and the link that was sent here no longer works.",
        )
        .leads("If you still want the change, ask for it again:", paths::EMAIL)
        .says("If you did not ask for it, there is nothing to do. Your address was not used.")
}
