//! The date of the erasure is near.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Signet will erase the account at `delete_at`.
#[must_use]
pub fn words(delete_at: Timestamp) -> Words {
    let (day, minute) = (units::day(delete_at), units::minute(delete_at));
    Words::about(format!("Reminder: your account will be erased on {day}"))
        .says(format!(
            "Your Signet account is closed and will be erased on {minute}. After that it \
             cannot be brought back."
        ))
        .leads("To keep it, sign in before then and choose to keep your account:", paths::LOG_IN)
        .says("If you want it erased, there is nothing to do.")
        .leads(
            "If it was not you that closed it, choose a new password. It keeps the account, and signs out every \
             session:",
            paths::RESET_PASSWORD,
        )
}
