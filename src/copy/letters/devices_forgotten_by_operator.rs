//! The operator of the site has had Signet forget the reader's browsers.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// Forgotten `at` this time, for this `reason`.
#[must_use]
pub fn words(at: Timestamp, reason: &str) -> Words {
    let at = units::minute(at);
    Words::about("Your known browsers were forgotten")
        .says(format!(
            "The operator of this site had Signet forget your known browsers on {at}. You stay signed in, and a letter \
             tells you of the next sign-in from each browser."
        ))
        .says(format!("The reason that was given: {reason}"))
        .leads("These browsers are signed in now:", paths::SESSIONS)
}
