//! To the new address: the change is done.

use super::{Facts, Words};
use crate::domain::{email::Email, paths};

pub(super) fn words(to: &Email, facts: &Facts) -> Words {
    let new = to.ascii_form();
    Words::about("Your email was changed")
        .says(format!("The email of your Signet account is now {new}. You are signed out everywhere."))
        .leads("Sign in with the new address:", facts.page(paths::LOG_IN))
        .leads(
            "If this was not you, somebody else can read your mail. Secure your mailbox \
             first, then choose a new password:",
            facts.page(paths::RESET_PASSWORD),
        )
}
