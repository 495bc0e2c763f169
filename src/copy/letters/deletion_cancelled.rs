//! The deletion was cancelled: welcome back.

use super::words::Words;
use crate::domain::paths;

/// The account stays. `reason` is that of the operator, if an operator cancelled the deletion.
#[must_use]
pub fn words(reason: Option<&str>) -> Words {
    if let Some(reason) = reason {
        return by_operator(reason);
    }
    Words::about("Welcome back, your account stays")
        .says(
            "Somebody, most likely you, kept your Signet account: signed in, by the link in \
             our letter, or with a new password. It will not be erased.",
        )
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
}

fn by_operator(reason: &str) -> Words {
    Words::about("Your account stays")
        .says("The operator of this site cancelled the deletion of your Signet account. It will not be erased.")
        .says(format!("The reason that was given: {reason}"))
        .leads("You can sign in again:", paths::LOG_IN)
}
