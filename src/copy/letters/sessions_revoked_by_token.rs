//! A program has ended several sessions with an API token. The letter leaves out the token's name, which is free text.

use super::words::Words;
use crate::{
    copy::units,
    domain::{api_tokens::Described, paths, sessions::TOLD_OF_REVOCATIONS, time::Timestamp},
};

/// The token ended the last of the sessions `at` this time. Of the token the letter says the hint.
#[must_use]
pub fn words(token: &Described, at: Timestamp) -> Words {
    let at = units::minute(at);
    Words::about("A program signed out several of your sessions")
        .says(format!(
            "A program with an API token of your Signet account signed out a session on {at}. With it, programs have \
             signed out {TOLD_OF_REVOCATIONS} sessions within a day. The list of tokens shows this token as …{}.",
            token.hint
        ))
        .says("If this was a program of yours, there is nothing to do.")
        .leads("If it was not, revoke the token:", paths::API_TOKENS)
        .leads(
            "If you are signed out before you can, choose a new password, which revokes every token too:",
            paths::RESET_PASSWORD,
        )
}
