//! The account is closed: the date of the erasure, and how to come back.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// Signet will erase the account at `delete_at`. The link that keeps it works until `link_until`; a letter without a
/// link was queued by an earlier version. `reason` is that of the operator, if an operator closed it.
#[must_use]
pub fn words(voice: Voice<'_>, delete_at: Timestamp, link_until: Option<Timestamp>, reason: Option<&str>) -> Words {
    let Voice { language, product } = voice;
    let (day, at) = (dates::day(language, delete_at), dates::minute(language, delete_at));
    let subject = text!(language, deletion_scheduled_subject, day = &day);
    let words = match reason {
        Some(reason) => Words::about(subject)
            .says(text!(language, deletion_scheduled_by_operator, product = product, at = &at))
            .says(text!(language, letter_reason, reason = reason)),
        None => Words::about(subject).says(text!(language, deletion_scheduled_by_you, product = product, at = &at)),
    };
    let words = match (link_until.map(|until| dates::minute(language, until)), reason) {
        (Some(until), None) => words
            .says(text!(language, deletion_scheduled_keep, until = &until))
            .button(text!(language, deletion_scheduled_button)),
        (Some(until), Some(_)) => words
            .says(text!(language, deletion_scheduled_keep_by_operator, until = &until))
            .button(text!(language, deletion_scheduled_button)),
        (None, _) => words
            .leads(text!(language, deletion_scheduled_sign_in), paths::LOG_IN)
            .says(text!(language, deletion_scheduled_not_you)),
    };
    if reason.is_some() {
        return words;
    }
    words.leads(text!(language, deletion_scheduled_password), paths::RESET_PASSWORD)
}
