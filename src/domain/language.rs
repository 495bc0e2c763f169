//! The languages that Signet speaks, and which of them a reader gets.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A language. Its word is its name in BCP 47, which rows, the cookie and `<html lang>` contain.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
pub enum Language {
    /// English.
    #[default]
    #[strum(serialize = "en")]
    #[serde(rename = "en")]
    English,
    /// German.
    #[strum(serialize = "de")]
    #[serde(rename = "de")]
    German,
}

worded!(Language);

/// What a request says about the language of its reader.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// The language of the account that is signed in.
    pub account: Option<Language>,
    /// The language that the browser's cookie names.
    pub cookie: Option<Language>,
    /// The header `Accept-Language`.
    pub accepted: &'a str,
}

impl Wishes<'_> {
    /// The reader's language: `fixed`, if the operator has fixed one; else that of the account, of the cookie, or of the
    /// browser, in this order. English if none of them is known.
    #[must_use]
    pub fn language(self, fixed: Option<Language>) -> Language {
        fixed.or(self.account).or(self.cookie).or_else(|| accepted(self.accepted)).unwrap_or_default()
    }
}

/// The language that `Accept-Language` (RFC 9110 §12.5.4) prefers among ours; `None` if it names none of them. A
/// regional form, such as `de-AT`, is its language. The first of equals wins.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(u16, Language)> = None;
    for range in header.split(',') {
        let Some((weight, language)) = wish(range) else { continue };
        if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// The weight, in thousandths, and the language of one part of the header.
fn wish(range: &str) -> Option<(u16, Language)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?.to_ascii_lowercase();
    let language = Language::from_word(tag.split('-').next()?)?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((weight.map_or(Some(1_000), thousandths)?, language))
}

/// Reads a weight: `1`, `0.8`, `0.875`.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole, "0" | "1") || rest.len() > 3 || !is_digits(rest) {
        return None;
    }
    let weight = format!("{whole}{rest:0<3}").parse().ok()?;
    (weight <= 1_000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use Language::{English, German};

    use super::*;

    #[test]
    fn the_browser_gets_the_language_that_it_prefers_among_ours() {
        let cases = [
            ("de", Some(German)),
            ("de-AT", Some(German)),
            ("DE-de", Some(German)),
            ("en-GB,en;q=0.9,de;q=0.8", Some(English)),
            ("de;q=0.8,en;q=0.9", Some(English)),
            ("fr-FR,fr;q=0.9,de;q=0.5,en;q=0.3", Some(German)),
            ("de;q=0.5, en;q=0.5", Some(German)),
            ("fr, *;q=0.1", None),
            ("de;q=0, en;q=0.1", Some(English)),
            ("de;q=0", None),
            ("de; q=0.875 , en; q=0.874", Some(German)),
            ("de;Q=1.000,en", Some(German)),
            ("de;q=1.5,en;q=0.1", Some(English)),
            ("de;q=x,de;q=-1,de;q=0.1234,de;q=", None),
            ("deutsch", None),
            ("den, dev", None),
            (",;,=,;q=1", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(accepted(header), expected, "{header:?}");
        }
    }

    #[test]
    fn the_operator_decides_then_the_account_then_the_cookie_then_the_browser() {
        let wishes = Wishes { account: Some(German), cookie: Some(English), accepted: "en" };
        assert_eq!(wishes.language(Some(English)), English);
        assert_eq!(wishes.language(None), German);
        assert_eq!(Wishes { account: None, ..wishes }.language(None), English);
        assert_eq!(Wishes { cookie: Some(German), account: None, ..wishes }.language(None), German);
        assert_eq!(Wishes { accepted: "de", ..Wishes::default() }.language(None), German);
        assert_eq!(Wishes { accepted: "fr", ..Wishes::default() }.language(None), English);
    }

    proptest::proptest! {
        #[test]
        fn no_header_panics(header in ".*") {
            let _ = accepted(&header);
        }
    }
}
