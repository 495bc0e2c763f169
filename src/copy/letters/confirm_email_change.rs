//! To the new address: confirm the change.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::time::Timestamp,
};

/// The link works `until` this time. Until it is used, the person signs in with the address `now`; a letter that an
/// earlier version queued does not state it.
#[must_use]
pub fn words(voice: Voice<'_>, now: Option<&str>, until: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let until = dates::minute(language, until);
    let open = match now {
        Some(now) => text!(language, confirm_email_change_open, now = now, until = &until),
        None => text!(language, confirm_email_change_open_signed_out, until = &until),
    };
    Words::about(text!(language, confirm_email_change_subject))
        .says(text!(language, confirm_email_change_asked, product = product))
        .says(open)
        .button(text!(language, confirm_email_change_button))
        .says(text!(language, confirm_email_change_after))
        .says(format!("{} {}", text!(language, letter_ignore), text!(language, confirm_email_change_not_used)))
}
