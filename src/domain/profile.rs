//! The display name: optional plain text.

use serde::{Deserialize, Serialize};

use super::error::Refusal;

/// Longest display name in characters (behaviour: `update_profile`).
pub const MAX_CHARACTERS: usize = 64;

/// A display name: plain text that cannot reorder or break the line it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name(String);

impl Name {
    /// Accepts a name as typed; `None` when it is blank.
    ///
    /// # Errors
    /// [`Refusal::InvalidName`] over 64 characters, and for control or invisible
    /// formatting characters (checklist A24, A65).
    pub fn parse(typed: &str) -> Result<Option<Self>, Refusal> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let acceptable =
            typed.chars().count() <= MAX_CHARACTERS && !typed.chars().any(|c| c.is_control() || is_invisible(c));
        if acceptable { Ok(Some(Self(typed.to_owned()))) } else { Err(Refusal::InvalidName) }
    }

    /// Takes a name that the database gave back.
    #[must_use]
    pub fn from_row(stored: String) -> Self {
        Self(stored)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Invisible characters that change how their neighbours are displayed: bidirectional overrides and isolates,
/// zero-width spaces, line separators.
///
/// The zero-width joiners are allowed: emoji and several scripts need them.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_counted_in_characters() {
        let ok = "😀".repeat(MAX_CHARACTERS);
        assert!(matches!(Name::parse(&ok), Ok(Some(_))));
        assert_eq!(Name::parse(&format!("{ok}a")), Err(Refusal::InvalidName));
    }

    #[test]
    fn blank_means_no_name() {
        assert_eq!(Name::parse("  \t "), Ok(None));
    }

    #[test]
    fn text_that_hides_or_reorders_is_refused() {
        for typed in ["a\0b", "a\nb", "a\u{202e}b", "a\u{200b}b", "x\r\nBcc: e@evil.example"] {
            assert_eq!(Name::parse(typed), Err(Refusal::InvalidName), "{typed:?}");
        }
    }
}
