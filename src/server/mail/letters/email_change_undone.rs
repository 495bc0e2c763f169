//! To both addresses: the change was undone.

use super::{ComposeError, Facts, Words};
use crate::domain::{email::Email, paths};

pub(super) fn words(to: &Email, facts: &Facts) -> Result<Words, ComposeError> {
    let restored = facts.other_shown_to(to)?;
    Ok(Words::about("A change of email was taken back")
        .says(format!(
            "The email of the account is {restored} again. The change was taken back with a \
             link that was sent to that address. Every session was signed out and every API \
             token revoked."
        ))
        .leads(
            "If the account is yours, choose a new password now, so that nobody but you can \
             sign in:",
            facts.page(paths::RESET_PASSWORD),
        )
        .says("If it is not yours, there is nothing to do."))
}
