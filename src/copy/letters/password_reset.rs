//! The password was reset by a mailed link.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Reset `at` this time. `linked` are the names of the linked providers: a new password does not end access through
/// them (checklist A03).
#[must_use]
pub fn words(at: Timestamp, linked: &[String]) -> Words {
    let at = units::minute(at);
    let words = Words::about("Your password was reset")
        .says(format!(
            "The password of your Signet account was reset with a mailed link on {at}. \
             Every session was signed out, every API token revoked and every known browser \
             forgotten."
        ))
        .says("If this was you, there is nothing to do.");
    let words = match linked.join(", ") {
        names if names.is_empty() => words,
        names => words
            .says(format!("Your account can also be signed in to with: {names}."))
            .leads("Unlink what you do not know:", paths::PROVIDERS),
    };
    words.leads(
        "If this was not you, somebody else can read your mail. Secure your mailbox \
         first, then choose a new password:",
        paths::RESET_PASSWORD,
    )
}
