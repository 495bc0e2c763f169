//! The user can no longer sign in with a provider.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// `name` is that of the provider. Unlinked `at` this time.
#[must_use]
pub fn words(voice: Voice<'_>, name: &str, at: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let at = dates::minute(language, at);
    Words::about(text!(language, provider_unlinked_subject))
        .says(text!(language, provider_unlinked_done, provider = name, product = product, at = &at))
        .says(text!(language, letter_nothing_to_do))
        .leads(text!(language, letter_change_password), paths::RESET_PASSWORD)
        .leads(text!(language, provider_unlinked_check), paths::PROVIDERS)
}
