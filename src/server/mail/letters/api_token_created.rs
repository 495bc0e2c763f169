//! An API token was created. The letter leaves out the token's name, which is free text.

use super::{ComposeError, Facts, Words};
use crate::{
    domain::{api_tokens::Scope, paths},
    server::mail::date,
};

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let (token, at) = (facts.api_token()?, facts.minute()?);
    let may = match token.scope {
        Scope::Read => "read your account, its sessions and its security log",
        Scope::Write => "read your account, its sessions and its security log, and sign out sessions",
    };
    let until = date::day(token.expires_at);
    Ok(Words::about("An API token was created for your account")
        .says(format!(
            "An API token was created for your Signet account on {at}. Whoever has it can {may}, until {until}. \
             The list of tokens shows it as …{}.",
            token.hint
        ))
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, revoke it:", facts.page(paths::API_TOKENS))
        .leads("Then choose a new password, which revokes every token too:", facts.page(paths::RESET_PASSWORD)))
}
