//! The export is ready to download.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// It can be downloaded `until` this time.
#[must_use]
pub fn words(until: Timestamp) -> Words {
    let until = units::minute(until);
    Words::about("Your data export is ready")
        .says(format!("The export of your Signet account is ready and can be downloaded until {until}."))
        .leads("Sign in, confirm it is you and download it:", paths::EXPORT)
        .leads(
            "If you did not ask for it, choose a new password now, which signs out every session:",
            paths::RESET_PASSWORD,
        )
}
