//! The date of the erasure is near.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// Signet will erase the account at `delete_at`.
#[must_use]
pub fn words(voice: Voice<'_>, delete_at: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let (day, minute) = (dates::day(language, delete_at), dates::minute(language, delete_at));
    Words::about(text!(language, deletion_reminder_subject, day = &day))
        .says(text!(language, deletion_reminder_closed, product = product, at = &minute))
        .leads(text!(language, deletion_reminder_keep), paths::LOG_IN)
        .says(text!(language, deletion_reminder_fine))
        .leads(text!(language, deletion_reminder_not_you), paths::RESET_PASSWORD)
}
