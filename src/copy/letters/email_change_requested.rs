//! To the old address: a change was requested, with the cancel link.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// `new` is the new address as this reader may see it. The cancel link works `until` this time.
#[must_use]
pub fn words(voice: Voice<'_>, new: &str, until: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let until = dates::minute(language, until);
    Words::about(text!(language, email_change_requested_subject))
        .says(text!(language, email_change_requested_asked, product = product, new = new))
        .says(text!(language, email_change_requested_was_you))
        .says(text!(language, email_change_requested_not_you, until = &until))
        .button(text!(language, email_change_requested_button))
        .leads(text!(language, email_change_requested_password), paths::RESET_PASSWORD)
}
