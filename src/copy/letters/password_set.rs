//! A first password was set.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// Set `at` this time.
#[must_use]
pub fn words(voice: Voice<'_>, at: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let at = dates::minute(language, at);
    Words::about(text!(language, password_set_subject))
        .says(text!(language, password_set_done, product = product, at = &at))
        .says(text!(language, letter_nothing_to_do))
        .leads(text!(language, letter_change_password), paths::RESET_PASSWORD)
}
