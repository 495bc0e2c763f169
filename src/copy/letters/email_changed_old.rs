//! To the old address: the change is done, with the undo link.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::time::Timestamp,
};

/// `new` is the new address as this reader may see it. The undo link works `until` this time.
#[must_use]
pub fn words(voice: Voice<'_>, new: &str, until: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let until = dates::minute(language, until);
    Words::about(text!(language, email_changed_old_subject))
        .says(text!(language, email_changed_old_done, product = product, new = new))
        .says(text!(language, email_changed_old_was_you))
        .says(text!(language, email_changed_old_not_you, until = &until))
        .button(text!(language, email_changed_old_button))
        .says(text!(language, email_changed_old_after))
}
