//! The export is ready to download.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// It can be downloaded `until` this time.
#[must_use]
pub fn words(voice: Voice<'_>, until: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let until = dates::minute(language, until);
    Words::about(text!(language, export_ready_subject))
        .says(text!(language, export_ready_done, product = product, until = &until))
        .leads(text!(language, export_ready_download), paths::EXPORT)
        .leads(text!(language, export_ready_not_you), paths::RESET_PASSWORD)
}
