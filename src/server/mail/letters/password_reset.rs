//! The password was reset by a mailed link.

use super::{ComposeError, Facts, Words};
use crate::domain::paths;

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let at = facts.minute()?;
    let words = Words::about("Your password was reset")
        .says(format!(
            "The password of your Signet account was reset with a mailed link on {at}. \
             Every session was signed out and every API token revoked."
        ))
        .says("If this was you, there is nothing to do.");
    Ok(linked(words, facts).leads(
        "If this was not you, somebody else can read your mail. Secure your mailbox \
         first, then choose a new password:",
        facts.page(paths::RESET_PASSWORD),
    ))
}

/// Names the linked providers, because a new password does not end access through them (checklist A03).
fn linked(words: Words, facts: &Facts) -> Words {
    if facts.linked.is_empty() {
        return words;
    }
    let names = facts.linked.join(", ");
    words
        .says(format!("Your account can also be signed in to with: {names}."))
        .leads("Unlink what you do not know:", facts.page(paths::PROVIDERS))
}
