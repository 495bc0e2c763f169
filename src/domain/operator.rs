//! What an operator says about what they do to an account.

use serde::{Deserialize, Serialize};

use super::profile::is_invisible;

/// The longest reason, in characters.
pub const MAX_CHARACTERS: usize = 200;

/// Why an operator acts on an account: a line of text, which the account's owner reads in a letter and in the security
/// log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorReason(String);

impl OperatorReason {
    /// Accepts a reason as typed: 1 to 200 visible characters. `None` for any other text.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let is_visible = !typed.is_empty() && !typed.chars().any(|c| c.is_control() || is_invisible(c));
        (is_visible && typed.chars().count() <= MAX_CHARACTERS).then(|| Self(typed.to_owned()))
    }

    /// Takes a reason that the database gave back.
    #[must_use]
    pub fn from_row(stored: String) -> Self {
        Self(stored)
    }

    /// The reason.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_people_can_read() {
        let longest = "é".repeat(MAX_CHARACTERS);
        for (typed, kept) in [(" You asked for it by phone. ", "You asked for it by phone."), (&longest, &longest)] {
            assert_eq!(OperatorReason::parse(typed).unwrap().as_str(), kept);
        }
        for typed in ["", "  ", "two\nlines", "\u{202e}txet", &format!("{longest}é")] {
            assert_eq!(OperatorReason::parse(typed), None, "{typed:?}");
        }
    }
}
