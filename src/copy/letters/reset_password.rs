//! The link that resets the password.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::time::Timestamp,
};

/// The link works `until` this time. A closed account is erased at `erased_at`, unless its owner uses the link.
#[must_use]
pub fn words(voice: Voice<'_>, until: Timestamp, erased_at: Option<Timestamp>) -> Words {
    let Voice { language, product } = voice;
    let until = dates::minute(language, until);
    let words = Words::about(text!(language, reset_password_subject)).says(text!(
        language,
        reset_password_asked,
        product = product
    ));
    let words = match erased_at.map(|at| dates::minute(language, at)) {
        Some(at) => words.says(text!(language, reset_password_closed, at = &at)),
        None => words,
    };
    words
        .says(text!(language, reset_password_open, until = &until))
        .button(text!(language, reset_password_button))
        .says(text!(language, reset_password_after))
        .says(format!("{} {}", text!(language, letter_ignore), text!(language, reset_password_no_change)))
}
