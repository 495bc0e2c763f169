//! To the new address: the change is done.

use super::words::{Voice, Words};
use crate::{copy::text::text, domain::paths};

/// `new` is the address of the reader.
#[must_use]
pub fn words(voice: Voice<'_>, new: &str) -> Words {
    let Voice { language, product } = voice;
    Words::about(text!(language, email_changed_new_subject))
        .says(text!(language, email_changed_new_done, product = product, new = new))
        .leads(text!(language, email_changed_new_sign_in), paths::LOG_IN)
        .leads(text!(language, letter_secure_mailbox), paths::RESET_PASSWORD)
}
