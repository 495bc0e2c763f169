//! The secrets of session and device cookies: 32 random bytes in the cookie, their SHA-256 in the database.
//!
//! A plain hash is enough for a secret of this size (ASVS V6.5.2, from 112 bits on): a reader of the database
//! cannot use it to sign in.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::{bytes_of, text_of};

/// Bytes of randomness in a cookie's token (behaviour rule 4; ASVS V7.2.3 asks for 16).
pub const TOKEN_BYTES: usize = 32;

macro_rules! cookie_token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            text: SecretString,
            hash: [u8; 32],
        }

        impl $name {
            /// Makes a token from fresh random bytes.
            #[must_use]
            pub fn from_random(bytes: [u8; TOKEN_BYTES]) -> Self {
                Self {
                    text: text_of(&bytes).into(),
                    hash: Sha256::digest(bytes).into(),
                }
            }

            /// Reads a cookie's value; `None` unless it has the exact form.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                bytes_of::<TOKEN_BYTES>(text).map(Self::from_random)
            }

            /// The text for the cookie: base64url without padding, 43 characters.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.text.expose_secret()
            }

            /// The value in the database: SHA-256 of the random bytes.
            #[must_use]
            pub fn hash(&self) -> [u8; 32] {
                self.hash
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

cookie_token! {
    /// The secret of a session cookie.
    SessionToken
}
cookie_token! {
    /// The secret of a device cookie, by which sign-in recognizes a browser.
    DeviceToken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_cookie() {
        let token = SessionToken::from_random([0x5a; TOKEN_BYTES]);
        assert_eq!(token.expose().len(), 43);
        let read = SessionToken::parse(token.expose()).unwrap();
        assert_eq!(read.expose(), token.expose());
        assert_eq!(read.hash(), token.hash());
    }

    #[test]
    fn every_other_form_is_refused() {
        let text = text_of(&[7; TOKEN_BYTES]);
        for cookie in ["", "x", &text[..42], &format!("{text}A"), &format!("{text}="), &"=".repeat(43)] {
            assert!(SessionToken::parse(cookie).is_none(), "{cookie:?}");
        }
    }

    #[test]
    fn the_hash_is_sha_256_of_the_bytes() {
        // NIST's value for 32 zero bytes; no other token shares it.
        let hash = |byte| crate::domain::id::hex(&DeviceToken::from_random([byte; TOKEN_BYTES]).hash());
        assert_eq!(hash(0), "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
        assert_ne!(hash(0), hash(1));
    }

    #[test]
    fn neither_the_secret_nor_its_hash_is_printed() {
        let token = SessionToken::from_random([9; TOKEN_BYTES]);
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
    }
}
