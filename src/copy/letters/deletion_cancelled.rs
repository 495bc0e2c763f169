//! The deletion was cancelled: welcome back.

use super::words::{Voice, Words};
use crate::{copy::text::text, domain::paths};

/// The account stays. `reason` is that of the operator, if an operator cancelled the deletion.
#[must_use]
pub fn words(voice: Voice<'_>, reason: Option<&str>) -> Words {
    if let Some(reason) = reason {
        return by_operator(voice, reason);
    }
    let Voice { language, product } = voice;
    Words::about(text!(language, deletion_cancelled_subject))
        .says(text!(language, deletion_cancelled_by_you, product = product))
        .says(text!(language, letter_nothing_to_do))
        .leads(text!(language, letter_change_password), paths::RESET_PASSWORD)
}

fn by_operator(voice: Voice<'_>, reason: &str) -> Words {
    let Voice { language, product } = voice;
    Words::about(text!(language, deletion_cancelled_subject_by_operator))
        .says(text!(language, deletion_cancelled_by_operator, product = product))
        .says(text!(language, letter_reason, reason = reason))
        .leads(text!(language, letter_sign_in_again), paths::LOG_IN)
}
