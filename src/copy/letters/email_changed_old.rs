//! To the old address: the change is done, with the undo link.

use super::words::Words;
use crate::{copy::units, domain::time::Timestamp};

/// `new` is the new address as this reader may see it. The undo link works `until` this time.
#[must_use]
pub fn words(new: &str, until: Timestamp) -> Words {
    let until = units::minute(until);
    Words::about("This address is no longer your email")
        .says(format!(
            "The email of your Signet account was changed from this address to {new}. Every \
             session was signed out."
        ))
        .says("If this was you, there is nothing to do. Sign in with the new address.")
        .says(format!(
            "If this was not you, restore this address. You need not sign in for that, and \
             the link works until {until}."
        ))
        .button("Restore my email")
        .says(
            "That removes the password, signs out every session, and sends you a link to \
             choose a new password.",
        )
}
