//! The secrets of API tokens: `sgn_`, 32 random bytes, and a checksum over both.
//!
//! A scanner for leaked secrets (of a code host, or in a log pipeline) can recognize a token without asking us: the
//! regular expression is `sgn_[0-9a-f]{72}`, and the last eight digits are the CRC-32 of everything before them.
//! The checksum protects nothing; the randomness does.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::session_token::TOKEN_BYTES;
use crate::domain::id::hex;

/// The beginning of every token.
pub const PREFIX: &str = "sgn_";
/// Hexadecimal digits of a CRC-32.
const CHECKSUM: usize = 8;
/// How many characters of a token the list shows to its owner.
const HINT: usize = 4;
/// Characters of a whole token.
pub const LENGTH: usize = PREFIX.len() + 2 * TOKEN_BYTES + CHECKSUM;

/// The secret of an API token.
#[derive(Clone)]
pub struct ApiToken {
    text: SecretString,
    hash: [u8; 32],
}

impl ApiToken {
    /// Makes a token from fresh random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; TOKEN_BYTES]) -> Self {
        let body = format!("{PREFIX}{}", hex(&bytes));
        let checksum = checksum_of(&body);
        Self { text: format!("{body}{checksum}").into(), hash: Sha256::digest(bytes).into() }
    }

    /// Reads a token from a request; `None` unless its form and checksum are correct, so that the database is asked
    /// only about plausible tokens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = text.len() == LENGTH && text.is_ascii();
        let (body, checksum) = text.split_at_checked(LENGTH - CHECKSUM).filter(|_| is_plain)?;
        let digits = body.strip_prefix(PREFIX)?;
        if checksum_of(body) != checksum {
            return None;
        }
        bytes_of(digits).map(Self::from_random)
    }

    /// The text that the owner sees once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// The value in the database: SHA-256 of the random bytes. A plain hash is enough for a secret with this many
    /// bits (ASVS V6.5.2, from 112 bits on).
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The last characters of the random part, by which the owner recognizes the token.
    #[must_use]
    pub fn hint(&self) -> String {
        let end = LENGTH - CHECKSUM;
        self.expose().get(end - HINT..end).unwrap_or_default().to_owned()
    }
}

impl core::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

/// CRC-32 (as in zip and Ethernet) as eight lower-case hexadecimal digits.
fn checksum_of(body: &str) -> String {
    format!("{:0CHECKSUM$x}", crc32fast::hash(body.as_bytes()))
}

/// Reads the output of [`hex`], lower case only, so that a token has only one text.
fn bytes_of(digits: &str) -> Option<[u8; TOKEN_BYTES]> {
    let mut bytes = [0; TOKEN_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(bytes)
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_form_is_the_promised_one() {
        let token = ApiToken::from_random([0xab; TOKEN_BYTES]);
        assert_eq!((LENGTH, token.expose().len()), (76, 76));
        assert_eq!(&token.expose()[..68], format!("sgn_{}", "ab".repeat(32)));
        assert_eq!(token.hint(), "abab");
        assert_eq!(ApiToken::from_random(std::array::from_fn(|at| u8::try_from(at).unwrap())).hint(), "1e1f");
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(checksum_of("123456789"), "cbf43926");
    }

    #[test]
    fn the_hash_is_sha_256_of_the_bytes() {
        // NIST's value for 32 zero bytes.
        let hash = hex(&ApiToken::from_random([0; TOKEN_BYTES]).hash());
        assert_eq!(hash, "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    }

    #[test]
    fn nothing_of_it_is_printed() {
        assert_eq!(format!("{:?}", ApiToken::from_random([9; TOKEN_BYTES])), "ApiToken(…)");
    }

    #[test]
    fn every_other_form_is_refused() {
        let text = ApiToken::from_random([7; TOKEN_BYTES]).expose().to_owned();
        let upper = text.to_uppercase();
        let other_checksum = format!("{}00000000", &text[..68]);
        let upper_digits = format!("sgn_{}", "AB".repeat(32));
        let upper_digits = format!("{upper_digits}{}", checksum_of(&upper_digits));
        let longer = format!("{text}0");
        let spaced = format!(" {}", &text[..75]);
        let foreign = format!("ghp_{}", &text[4..]);
        let wide = format!("sgn_{}", "é".repeat(36));
        for wrong in
            ["", "sgn_", &text[..75], &longer, &upper, &upper_digits, &other_checksum, &spaced, &foreign, &wide]
        {
            assert!(ApiToken::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn a_token_survives_its_text(bytes: [u8; TOKEN_BYTES]) {
            let token = ApiToken::from_random(bytes);
            let read = ApiToken::parse(token.expose()).unwrap();
            prop_assert_eq!(read.expose(), token.expose());
            prop_assert_eq!(read.hash(), token.hash());
        }

        #[test]
        fn one_flipped_character_is_refused(bytes: [u8; TOKEN_BYTES], at in 0..LENGTH, put in "[0-9a-z_]") {
            let mut text = ApiToken::from_random(bytes).expose().to_owned();
            prop_assume!(text[at..=at] != put);
            text.replace_range(at..=at, &put);
            prop_assert!(ApiToken::parse(&text).is_none());
        }

        #[test]
        fn whatever_comes_is_read_or_refused(text in ".{0,90}") {
            let _ = ApiToken::parse(&text);
        }
    }
}
