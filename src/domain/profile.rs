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
    /// [`Refusal::InvalidName`] over 64 characters, for control or invisible formatting characters, and for a name of
    /// nothing but characters that show nothing (checklist A24, A65).
    pub fn parse(typed: &str) -> Result<Option<Self>, Refusal> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let acceptable = typed.chars().count() <= MAX_CHARACTERS
            && !typed.chars().any(|c| c.is_control() || is_invisible(c))
            && !typed.chars().all(shows_nothing);
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

/// Characters that show nothing by themselves: Unicode's `Default_Ignorable_Code_Point`, white space, and the Braille
/// pattern without dots. Some of them are needed beside other characters.
fn shows_nothing(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
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
    fn a_name_shows_something() {
        for typed in ["\u{3164}", "\u{ad}\u{ad}", "\u{e0041}", "\u{200d}\u{fe0f}", "\u{2800} \u{115f}", "\u{ffa0}"] {
            assert_eq!(Name::parse(typed), Err(Refusal::InvalidName), "{typed:?}");
        }
        for typed in ["❤\u{fe0f}", "👩\u{200d}💻", "A\u{ad}da", "می\u{200c}روم"] {
            assert!(matches!(Name::parse(typed), Ok(Some(_))), "{typed:?}");
        }
    }

    #[test]
    fn text_that_hides_or_reorders_is_refused() {
        for typed in ["a\0b", "a\nb", "a\u{202e}b", "a\u{200b}b", "x\r\nBcc: e@evil.example"] {
            assert_eq!(Name::parse(typed), Err(Refusal::InvalidName), "{typed:?}");
        }
    }
}
