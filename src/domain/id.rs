//! Row identifiers: 128 random bits in lower-case hex.
//!
//! Not UUIDs: a v4 UUID carries 122 random bits at most, and ASVS V11.5.1 does not count UUIDs as unguessable. The
//! caller supplies the random bytes.

use serde::{Deserialize, Serialize};

/// Bytes of randomness in an identifier (128 bits, ASVS V7.2.3 and V11.5.1).
pub const ID_BYTES: usize = 16;

/// Writes `bytes` as lower-case hex, the one text form of identifiers.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Whether `text` has the form that [`hex`] gives an identifier.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == 2 * ID_BYTES && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(String);

        impl $name {
            /// Makes an identifier from fresh random bytes.
            #[must_use]
            pub fn from_random(bytes: [u8; ID_BYTES]) -> Self {
                Self(hex(&bytes))
            }

            /// Reads an identifier that came from outside; `None` unless it has the exact form.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                is_id(text).then(|| Self(text.to_owned()))
            }

            /// Takes an identifier that the database gave back.
            #[must_use]
            pub fn from_row(text: String) -> Self {
                Self(text)
            }

            /// The text form, as stored.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A user: the account row.
    UserId
}
id! {
    /// A session row. It stays the same when the session's token is renewed.
    SessionId
}
id! {
    /// The row behind a mailed link: the part of a mail token that names it.
    LinkId
}
id! {
    /// An API token: the row, not the secret.
    ApiTokenId
}
id! {
    /// A letter waiting to be sent.
    LetterId
}
id! {
    /// An export of a user's data, and its file.
    ExportId
}
id! {
    /// A ledger of erasures.
    LedgerId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_its_text_form() {
        let id = UserId::from_random([0xab; ID_BYTES]);
        assert_eq!(id.as_str().len(), 32);
        assert_eq!(UserId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn only_the_exact_form_is_read() {
        let cases = ["", "ab", &"AB".repeat(16), &"g0".repeat(16), &"ab".repeat(17)];
        for text in cases {
            assert_eq!(UserId::parse(text), None, "{text}");
        }
    }
}
