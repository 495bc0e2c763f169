//! The account was erased: goodbye.

use super::words::{Voice, Words};
use crate::{copy::text::text, domain::paths};

/// The last letter about the account.
#[must_use]
pub fn words(voice: Voice<'_>) -> Words {
    let Voice { language, product } = voice;
    Words::about(text!(language, deletion_executed_subject))
        .says(text!(language, deletion_executed_done, product = product))
        .leads(text!(language, deletion_executed_free), paths::REGISTER)
        .says(text!(language, deletion_executed_goodbye))
}
