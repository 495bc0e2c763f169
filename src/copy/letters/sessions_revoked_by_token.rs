//! A program has ended several sessions with an API token. The letter leaves out the token's name, which is free text.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{api_tokens::Described, paths, sessions::TOLD_OF_REVOCATIONS, time::Timestamp},
};

/// The token ended the last of the sessions `at` this time. Of the token the letter says the hint.
#[must_use]
pub fn words(voice: Voice<'_>, token: &Described, at: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let at = dates::minute(language, at);
    let done = text!(
        language,
        sessions_revoked_by_token_done,
        product = product,
        at = &at,
        count = TOLD_OF_REVOCATIONS,
        hint = &token.hint
    );
    Words::about(text!(language, sessions_revoked_by_token_subject))
        .says(done)
        .says(text!(language, sessions_revoked_by_token_own))
        .leads(text!(language, sessions_revoked_by_token_revoke), paths::API_TOKENS)
        .leads(text!(language, sessions_revoked_by_token_password), paths::RESET_PASSWORD)
}
