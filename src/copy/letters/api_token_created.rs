//! An API token was created. The letter leaves out the token's name, which is free text.

use super::words::Words;
use crate::{
    copy::units,
    domain::{
        api_tokens::{Described, Scope},
        paths,
        time::Timestamp,
    },
};

/// Created `at` this time. Of the token it says the scope, the hint and the expiry.
#[must_use]
pub fn words(token: &Described, at: Timestamp) -> Words {
    let (at, until) = (units::minute(at), units::day(token.expires_at));
    let may = match token.scope {
        Scope::Read => "read your account, its sessions and its security log",
        Scope::Write => "read your account, its sessions and its security log, and sign out sessions",
    };
    Words::about("An API token was created for your account")
        .says(format!(
            "An API token was created for your Signet account on {at}. Whoever has it can {may}, until {until}. \
             The list of tokens shows it as …{}.",
            token.hint
        ))
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, revoke it:", paths::API_TOKENS)
        .leads("Then choose a new password, which revokes every token too:", paths::RESET_PASSWORD)
}
