//! To both addresses: the change was undone.

use super::words::{Voice, Words};
use crate::{copy::text::text, domain::paths};

/// `restored` is the address that the account has again, as this reader may see it.
#[must_use]
pub fn words(voice: Voice<'_>, restored: &str) -> Words {
    let language = voice.language;
    Words::about(text!(language, email_change_undone_subject))
        .says(text!(language, email_change_undone_done, restored = restored))
        .says(text!(language, email_change_undone_yours, restored = restored))
        .leads(text!(language, email_change_undone_again), paths::RESET_PASSWORD)
        .says(text!(language, email_change_undone_not_yours))
}
