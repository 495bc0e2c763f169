//! The password was reset by a mailed link.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// Reset `at` this time. `linked` are the names of the linked providers: a new password does not end access through
/// them (checklist A03).
#[must_use]
pub fn words(voice: Voice<'_>, at: Timestamp, linked: &[String]) -> Words {
    let Voice { language, product } = voice;
    let at = dates::minute(language, at);
    let words = Words::about(text!(language, password_reset_subject))
        .says(text!(language, password_reset_done, product = product, at = &at))
        .says(text!(language, letter_nothing_to_do));
    let words = match linked.join(", ") {
        names if names.is_empty() => words,
        names => words
            .says(text!(language, password_reset_linked, names = &names))
            .leads(text!(language, password_reset_unlink), paths::PROVIDERS),
    };
    words.leads(text!(language, letter_secure_mailbox), paths::RESET_PASSWORD)
}
