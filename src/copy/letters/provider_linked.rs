//! The user can sign in with a provider now.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// `name` is that of the provider. Linked `at` this time.
#[must_use]
pub fn words(name: &str, at: Timestamp) -> Words {
    let at = units::minute(at);
    Words::about("A provider was linked to your account")
        .says(format!("{name} was linked to your Signet account on {at}. Whoever signs in there is signed in here."))
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
        .leads("Then unlink the provider:", paths::PROVIDERS)
}
