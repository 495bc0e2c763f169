//! An API token was created. The letter leaves out the token's name, which is free text.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{api_tokens::Described, paths, time::Timestamp},
};

/// Created `at` this time. Of the token it says the scope, the hint and the expiry.
#[must_use]
pub fn words(voice: Voice<'_>, token: &Described, at: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let (at, until) = (dates::minute(language, at), dates::day(language, token.expires_at));
    let done = text!(
        language,
        api_token_created_done,
        product = product,
        at = &at,
        scope = token.scope.word(),
        until = &until,
        hint = &token.hint
    );
    Words::about(text!(language, api_token_created_subject))
        .says(done)
        .says(text!(language, letter_nothing_to_do))
        .leads(text!(language, api_token_created_revoke), paths::API_TOKENS)
        .leads(text!(language, api_token_created_password), paths::RESET_PASSWORD)
}
