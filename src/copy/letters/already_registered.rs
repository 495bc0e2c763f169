//! To the owner of a taken address: you already have an account.

use super::words::{Voice, Words};
use crate::{copy::text::text, domain::paths};

/// Says nothing about the caller.
#[must_use]
pub fn words(voice: Voice<'_>) -> Words {
    let Voice { language, product } = voice;
    Words::about(text!(language, already_registered_subject))
        .says(text!(language, already_registered_asked, product = product))
        .leads(text!(language, already_registered_sign_in), paths::LOG_IN)
        .leads(text!(language, already_registered_forgotten), paths::RESET_PASSWORD)
        .says(text!(language, already_registered_not_you))
}
