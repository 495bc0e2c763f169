//! The account is closed: the date of the erasure, and how to come back.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Signet will erase the account at `delete_at`. `reason` is that of the operator, if an operator closed it.
#[must_use]
pub fn words(delete_at: Timestamp, reason: Option<&str>) -> Words {
    let (day, minute) = (units::day(delete_at), units::minute(delete_at));
    if let Some(reason) = reason {
        return by_operator(&day, &minute, reason);
    }
    Words::about(format!("Your account is closed and will be erased on {day}"))
        .says(format!(
            "Your Signet account was closed, as asked. It will be erased on {minute}. You \
             are signed out on every device, and API tokens no longer work."
        ))
        .leads("Changed your mind? Sign in before then and choose to keep your account:", paths::LOG_IN)
        .says("If this was not you, sign in and keep your account in the same way.")
        .leads("Then choose a new password, which signs out every session:", paths::RESET_PASSWORD)
}

fn by_operator(day: &str, minute: &str, reason: &str) -> Words {
    Words::about(format!("Your account is closed and will be erased on {day}"))
        .says(format!(
            "The operator of this site closed your Signet account. It will be erased on {minute}. You are signed out on \
             every device, and API tokens no longer work."
        ))
        .says(format!("The reason that was given: {reason}"))
        .leads("To keep your account, sign in before then and choose to keep it:", paths::LOG_IN)
}
