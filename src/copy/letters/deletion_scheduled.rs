//! The account is closed: the date of the erasure, and how to come back.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Signet will erase the account at `delete_at`. The link that keeps it works until `link_until`; a letter without a
/// link was queued by an earlier version. `reason` is that of the operator, if an operator closed it.
#[must_use]
pub fn words(delete_at: Timestamp, link_until: Option<Timestamp>, reason: Option<&str>) -> Words {
    let (day, minute) = (units::day(delete_at), units::minute(delete_at));
    let closed = match reason {
        Some(_) => "The operator of this site closed your Signet account.",
        None => "Your Signet account was closed, as asked.",
    };
    let words = Words::about(format!("Your account is closed and will be erased on {day}")).says(format!(
        "{closed} It will be erased on {minute}. You are signed out on every device, and API tokens no longer work."
    ));
    let words = match reason {
        Some(reason) => words.says(format!("The reason that was given: {reason}")),
        None => words,
    };
    let words = match (link_until.map(units::minute), reason) {
        (Some(until), None) => words
            .says(format!(
                "Changed your mind, or was this not you? Open the link and keep the account. You need not sign in for \
                 that. It works once, until {until}."
            ))
            .button("Keep my account"),
        (Some(until), Some(_)) => words
            .says(format!(
                "To keep your account, open the link. You need not sign in for that. It works once, until {until}."
            ))
            .button("Keep my account"),
        (None, _) => words
            .leads("Changed your mind? Sign in before then and choose to keep your account:", paths::LOG_IN)
            .says("If this was not you, sign in and keep your account in the same way."),
    };
    if reason.is_some() {
        return words;
    }
    words.leads(
        "If this was not you, choose a new password as well. It signs out every session, and keeps the account too:",
        paths::RESET_PASSWORD,
    )
}
