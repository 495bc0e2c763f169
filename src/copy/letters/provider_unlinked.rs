//! The user can no longer sign in with a provider.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// `name` is that of the provider. Unlinked `at` this time.
#[must_use]
pub fn words(name: &str, at: Timestamp) -> Words {
    let at = units::minute(at);
    Words::about("A provider was unlinked from your account")
        .says(format!("{name} was unlinked from your Signet account on {at}. It does not sign you in any more."))
        .says("If this was you, there is nothing to do.")
        .leads("If this was not you, choose a new password now, which signs out every session:", paths::RESET_PASSWORD)
        .leads("Then look which providers are linked:", paths::PROVIDERS)
}
