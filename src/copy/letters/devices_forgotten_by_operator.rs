//! The operator of the site has had Signet forget the reader's browsers.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// Forgotten `at` this time, for this `reason`.
#[must_use]
pub fn words(voice: Voice<'_>, at: Timestamp, reason: &str) -> Words {
    let Voice { language, product } = voice;
    let at = dates::minute(language, at);
    Words::about(text!(language, devices_forgotten_by_operator_subject))
        .says(text!(language, devices_forgotten_by_operator_done, product = product, at = &at))
        .says(text!(language, letter_reason, reason = reason))
        .leads(text!(language, devices_forgotten_by_operator_now), paths::SESSIONS)
}
