//! A sign-in from a browser that is new for the account.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// `device` is the name of the browser. Somebody signed in with it `at` this time.
#[must_use]
pub fn words(device: &str, at: Timestamp) -> Words {
    let at = units::minute(at);
    Words::about("New sign-in to your account")
        .says(format!(
            "Somebody signed in to your Signet account on {at}, from a device that was not \
             used for it before."
        ))
        .says(format!("Device: {device}"))
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
}
