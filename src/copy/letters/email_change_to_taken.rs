//! To the owner of a taken address: another user wants to change to it.

use super::words::{Voice, Words};
use crate::{copy::text::text, domain::paths};

/// Says nothing about the caller.
#[must_use]
pub fn words(voice: Voice<'_>) -> Words {
    let Voice { language, product } = voice;
    Words::about(text!(language, email_change_to_taken_subject))
        .says(text!(language, email_change_to_taken_asked, product = product))
        .says(text!(language, email_change_to_taken_not_you))
        .leads(text!(language, email_change_to_taken_own), paths::LOG_IN)
}
