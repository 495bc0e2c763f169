//! The operator of the site has signed the reader out.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// Signed out `at` this time, for this `reason`.
#[must_use]
pub fn words(voice: Voice<'_>, at: Timestamp, reason: &str) -> Words {
    let Voice { language, product } = voice;
    let at = dates::minute(language, at);
    Words::about(text!(language, signed_out_by_operator_subject))
        .says(text!(language, signed_out_by_operator_done, product = product, at = &at))
        .says(text!(language, letter_reason, reason = reason))
        .leads(text!(language, letter_sign_in_again), paths::LOG_IN)
}
