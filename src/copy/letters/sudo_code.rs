//! The code that begins sudo mode. It is not in the subject, which locked screens may show.

use super::words::Words;
use crate::{copy::units, domain::time::Timestamp};

/// The code works `until` this time.
#[must_use]
pub fn words(code: &str, until: Timestamp) -> Words {
    let until = units::minute(until);
    Words::about("Your code to confirm it's you")
        .says("Somebody, most likely you, is about to change something important in your Signet account.")
        .says(format!("Code: {code}"))
        .says(format!("It works in the browser that asked for it, until {until}."))
        .says("Signet never asks for it by mail or phone. If this was not you, do nothing, and tell nobody the code.")
}
