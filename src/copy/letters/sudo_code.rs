//! The code that begins sudo mode. It is not in the subject, which locked screens may show.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::time::Timestamp,
};

/// The code works `until` this time.
#[must_use]
pub fn words(voice: Voice<'_>, code: &str, until: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let until = dates::minute(language, until);
    Words::about(text!(language, sudo_code_subject))
        .says(text!(language, sudo_code_asked, product = product))
        .says(text!(language, sudo_code_code, code = code))
        .says(text!(language, sudo_code_until, until = &until))
        .says(text!(language, sudo_code_never, product = product))
}
