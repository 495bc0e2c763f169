//! The reasons why Signet refuses a weak password.

use serde::{Deserialize, Serialize};

/// Why a password is easy to guess. The list is closed, and the page has the words.
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

impl Weakness {
    /// The reason as it stands in "Too easy to guess: {reason}."
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Common => "it is among the passwords everybody tries first",
            Self::Word => "it is a word or a name with little added",
            Self::Personal => "it contains your name, your email or the name of this service",
            Self::Repeats => "it repeats itself",
            Self::Sequence => "it follows the alphabet, the digits or the keyboard",
            Self::Date => "it is a date",
            Self::Predictable => "it follows a pattern that is tried early",
        }
    }
}
