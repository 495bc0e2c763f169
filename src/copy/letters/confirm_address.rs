//! To a new account: confirm your address.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::time::Timestamp,
};

/// The link works `until` this time.
#[must_use]
pub fn words(voice: Voice<'_>, until: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let until = dates::minute(language, until);
    Words::about(text!(language, confirm_address_subject))
        .says(text!(language, confirm_address_created, product = product))
        .says(text!(language, confirm_address_open, until = &until))
        .button(text!(language, confirm_address_button))
        .says(text!(language, confirm_address_elsewhere))
        .says(format!("{} {}", text!(language, letter_ignore), text!(language, confirm_address_no_claim)))
}
