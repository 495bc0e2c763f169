//! What stands in every letter.

use super::words::Voice;
use crate::copy::text::text;

/// The first line. It is the same for every user: an attacker may have chosen the account's display name (checklist
/// A25).
#[must_use]
pub fn greeting(voice: Voice<'_>) -> String {
    text!(voice.language, letter_greeting)
}

/// Says that the letter's own link can be opened without its button; the address follows.
#[must_use]
pub fn without_button(voice: Voice<'_>) -> String {
    text!(voice.language, letter_without_button)
}

/// The last line. `host` is the host of the site.
#[must_use]
pub fn last_line(voice: Voice<'_>, host: &str) -> String {
    text!(voice.language, letter_last_line, product = voice.product, host = host)
}
