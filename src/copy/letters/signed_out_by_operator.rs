//! The operator of the site has signed the reader out.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Signed out `at` this time, for this `reason`.
#[must_use]
pub fn words(at: Timestamp, reason: &str) -> Words {
    let at = units::minute(at);
    Words::about("You were signed out by the operator of this site")
        .says(format!(
            "The operator of this site ended every session of your Signet account on {at}. API tokens no longer work."
        ))
        .says(format!("The reason that was given: {reason}"))
        .leads("You can sign in again:", paths::LOG_IN)
}
