//! To the new address: the change was cancelled.

use super::words::{Voice, Words};
use crate::{copy::text::text, domain::paths};

/// The link that this address got no longer works.
#[must_use]
pub fn words(voice: Voice<'_>) -> Words {
    let Voice { language, product } = voice;
    Words::about(text!(language, email_change_cancelled_subject))
        .says(text!(language, email_change_cancelled_done, product = product))
        .leads(text!(language, email_change_cancelled_again), paths::EMAIL)
        .says(text!(language, email_change_cancelled_not_you))
}
