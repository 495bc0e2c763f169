//! The reasons why Signet refuses a weak password.

use serde::{Deserialize, Serialize};

/// Why a password is easy to guess. The list is closed; `copy::refusals` has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weakness {
    /// Among the passwords that attackers try first.
    Common,
    /// A word or name, alone or nearly so.
    Word,
    /// Contains the person's own name or address, or the name of this service.
    Personal,
    /// Repeats itself ("aaa", "abcabc").
    Repeats,
    /// Runs along the alphabet, the digits or the keyboard.
    Sequence,
    /// A date or a year.
    Date,
    /// Follows another pattern that attackers try early.
    Predictable,
}
