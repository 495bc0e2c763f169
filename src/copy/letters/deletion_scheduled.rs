//! The account is closed: the date of the erasure, and how to come back.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Signet will erase the account at `delete_at`. The link that keeps it works until `link_until`; a letter without a
/// link was queued by an earlier version.
#[must_use]
pub fn words(delete_at: Timestamp, link_until: Option<Timestamp>) -> Words {
    let (day, minute) = (units::day(delete_at), units::minute(delete_at));
    let words = Words::about(format!("Your account is closed and will be erased on {day}")).says(format!(
        "Your Signet account was closed, as asked. It will be erased on {minute}. You \
             are signed out on every device, and API tokens no longer work."
    ));
    let words = match link_until.map(units::minute) {
        Some(until) => words
            .says(format!(
                "Changed your mind, or was this not you? Open the link and keep the account. You need not sign in for \
                 that. It works once, until {until}."
            ))
            .button("Keep my account"),
        None => words
            .leads("Changed your mind? Sign in before then and choose to keep your account:", paths::LOG_IN)
            .says("If this was not you, sign in and keep your account in the same way."),
    };
    words.leads(
        "If this was not you, choose a new password as well. It signs out every session, and keeps the account too:",
        paths::RESET_PASSWORD,
    )
}
