//! Email addresses: which ones Signet accepts, and the form in which it compares two of them.

use core::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::Refusal;

/// Longest address accepted, in characters (RFC 5321 §4.5.3.1.3 less the angle brackets).
pub const MAX_LENGTH: usize = 254;

/// An accepted address, as the user typed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email(String);

/// The form in which addresses are compared and kept unique: local part in ASCII
/// lower case, domain in its lower-case ASCII (punycode) form. Computing it twice
/// changes nothing (checklist A21).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EmailKey(String);

impl Email {
    /// Accepts an address as the user typed it. Only the white space around it is dropped.
    ///
    /// # Errors
    /// [`Refusal::InvalidEmail`] for anything that is not `local@domain.tld` with an ASCII local part and a domain
    /// that has an ASCII form: with look-alike letters before the `@`, the addresses of two people could look the
    /// same (checklist A21, A24, A65).
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let typed = typed.trim();
        let plain = typed.len() <= MAX_LENGTH && !typed.chars().any(is_unsafe);
        if !plain {
            return Err(Refusal::InvalidEmail);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(Refusal::InvalidEmail)?;
        let ascii = ascii_domain(domain).ok_or(Refusal::InvalidEmail)?;
        let ascii_form = format!("{local}@{ascii}");
        let acceptable = local.is_ascii()
            && !local.starts_with('"')
            && has_top_level(&ascii)
            && ascii_form.len() <= MAX_LENGTH
            && email_address::EmailAddress::from_str(&ascii_form).is_ok();
        if acceptable { Ok(Self(typed.to_owned())) } else { Err(Refusal::InvalidEmail) }
    }

    /// Takes an address that the database gave back.
    #[must_use]
    pub fn from_row(stored: String) -> Self {
        Self(stored)
    }

    /// As typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form to compare by.
    #[must_use]
    pub fn key(&self) -> EmailKey {
        EmailKey(self.ascii_form().to_ascii_lowercase())
    }

    /// The address in the form for mail servers and for display in letters. A look-alike domain is visible as
    /// `xn--…` (checklist A22).
    #[must_use]
    pub fn ascii_form(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((local, domain)) => {
                let ascii = ascii_domain(domain).unwrap_or_else(|| domain.to_owned());
                format!("{local}@{ascii}")
            }
            None => self.0.clone(),
        }
    }

    /// The address as people read it on pages, in notices and in letters. A domain with other than ASCII letters stands
    /// there in both forms, `ada@bücher.example (xn--bcher-kva.example)`, so that a look-alike shows itself (checklist
    /// A22).
    #[must_use]
    pub fn shown(&self) -> String {
        let ascii = self.ascii_form();
        let Some((local, domain)) = ascii.rsplit_once('@') else { return ascii };
        let (unicode, _) = idna::domain_to_unicode(domain);
        // An address in ASCII stays as it was typed.
        if unicode == domain { self.0.clone() } else { format!("{local}@{unicode} ({domain})") }
    }

    /// The address with most of its local part hidden, `a•••@example.com`, for letters to a mailbox that may belong
    /// to another person.
    #[must_use]
    pub fn masked(&self) -> String {
        let ascii = self.ascii_form();
        let (local, domain) = ascii.rsplit_once('@').unwrap_or((&ascii, ""));
        let first = local.chars().next().unwrap_or('•');
        format!("{first}•••@{domain}")
    }
}

impl EmailKey {
    /// Takes a key that the database gave back.
    #[must_use]
    pub fn from_row(stored: String) -> Self {
        Self(stored)
    }

    /// The text that is stored and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Typed text as people read it: an address as [`Email::shown`] returns it, other text as it is.
#[must_use]
pub fn shown(typed: &str) -> String {
    Email::parse(typed).map_or_else(|_| typed.to_owned(), |email| email.shown())
}

fn ascii_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii_strict(domain).ok().filter(|ascii| !ascii.is_empty())
}

/// Whether a domain has a top level that is no number: `127.0.0.1` is an address of a machine, not a domain (WHATWG
/// URL, "ends in a number").
fn has_top_level(ascii: &str) -> bool {
    let top = ascii.rsplit_once('.').map(|(_, top)| top);
    top.is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, ',' | ';' | '<' | '>' | '(' | ')')
        || super::profile::is_invisible(c)
}

impl core::fmt::Display for Email {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_accepted() {
        for typed in [
            "ada@example.com",
            "Ada.Lovelace+x@sub.example.co.uk",
            "  ada@example.com ",
            "o'brien@example.ie",
            "ada@bücher.example",
        ] {
            assert!(Email::parse(typed).is_ok(), "{typed}");
        }
    }

    #[test]
    fn bad_and_dangerous_addresses_are_refused() {
        let long = format!("{}@example.com", "a".repeat(260));
        for typed in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "ada@example.com,eve@example.com",
            "ada@example.com;eve@example.com",
            "ada@example.com\r\nBcc: eve@example.com",
            "a\0b@example.com",
            "mıke@example.com",
            "ada@exa\u{202e}mple.com",
            "Ada <ada@example.com>",
            "\"a b\"@example.com",
            "a@b@example.com",
            "ada@[127.0.0.1]",
            "a@127.0.0.1",
            "a@1.2.3",
            "a@example.123",
            long.as_str(),
        ] {
            assert_eq!(Email::parse(typed), Err(Refusal::InvalidEmail), "{typed:?}");
        }
    }

    #[test]
    fn case_and_domain_spelling_do_not_make_two_accounts() {
        let key = |typed| Email::parse(typed).map(|e| e.key());
        assert_eq!(key("ADA@Example.COM"), key("ada@example.com"));
        assert_eq!(key("ada@BÜCHER.example"), key("ada@xn--bcher-kva.example"));
        assert_ne!(key("a+b@example.com"), key("a@example.com"));
        assert_ne!(key("p@p\u{430}ypal.com"), key("p@paypal.com"));
    }

    #[test]
    fn a_look_alike_domain_is_shown_in_both_forms() {
        for (typed, expected) in [
            ("Ada@Example.com", "Ada@Example.com"),
            ("ada@müller.example", "ada@müller.example (xn--mller-kva.example)"),
            ("ada@xn--mller-kva.example", "ada@müller.example (xn--mller-kva.example)"),
            ("p@p\u{430}ypal.com", "p@p\u{430}ypal.com (xn--pypal-4ve.com)"),
            ("no address", "no address"),
        ] {
            assert_eq!(shown(typed), expected);
        }
    }

    #[test]
    fn a_masked_address_keeps_one_letter_and_the_domain() {
        let email = Email::parse("ada@example.com").map(|e| e.masked());
        assert_eq!(email.as_deref(), Ok("a•••@example.com"));
    }

    proptest::proptest! {
        #[test]
        fn taking_the_key_twice_changes_nothing(typed in "[a-zA-Z0-9.+]{1,12}@[a-zA-ZäöüßéK]{1,12}\\.[a-z]{2,5}") {
            if let Ok(email) = Email::parse(&typed) {
                let key = email.key();
                let again = Email::parse(key.as_str()).map(|e| e.key());
                proptest::prop_assert_eq!(again, Ok(key));
            }
        }

        #[test]
        fn no_input_panics(typed in ".*") {
            let _ = Email::parse(&typed);
        }
    }
}
