//! To the old address: a change was requested, with the cancel link.

use super::words::Words;
use crate::{
    copy::units,
    domain::{paths, time::Timestamp},
};

/// `new` is the new address as this reader may see it. The cancel link works `until` this time.
#[must_use]
pub fn words(new: &str, until: Timestamp) -> Words {
    let until = units::minute(until);
    Words::about("A change of your email was requested")
        .says(format!(
            "Somebody, most likely you, asked to change the email of your Signet account to \
             {new}. Until that address is confirmed, you sign in with this one."
        ))
        .says("If this was you, open the link that was sent to the new address.")
        .says(format!(
            "If this was not you, cancel the change. You need not sign in for that, and the \
             link works until {until}."
        ))
        .button("Cancel the change")
        .leads("Then choose a new password, which signs out every session:", paths::RESET_PASSWORD)
}
