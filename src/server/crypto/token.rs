//! Mail tokens: signs and verifies the MAC of a mailed link.
//!
//! The keys come from the setting `SIGNET_SECRET_KEY`, a list: the first signs, all verify. To rotate, an operator
//! puts the new key first, and drops the old one when the longest link has expired.

use std::{collections::HashSet, sync::Arc};

use axum_extra::extract::cookie::Key;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use sha2::Sha256;
use thiserror::Error;

use super::{bytes_of, text_of};
use crate::domain::mail_token::{Claims, Purpose, write};

/// Shortest key accepted, in bytes of text: as long as the MAC (RFC 2104 §3; ASVS V11.2.3).
pub const MIN_KEY_BYTES: usize = 32;

/// Fewest different characters of a key that signs. Of 28 million random keys of 32 hexadecimal digits one has fewer. So
/// has a key in which an operator has repeated a few characters to fill the length (ASVS V11.1.1).
pub const MIN_KEY_CHARACTERS: usize = 8;

/// Every secret key of this installation. Cheap to clone; never printed.
#[derive(Clone)]
pub struct KeyRing(Arc<[SecretString]>);

/// Why a list of keys cannot be used. Reveals nothing about the keys themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The list is empty.
    #[error("there is no key")]
    NoKey,
    /// A key is short enough to guess.
    #[error("key {position} has {bytes} bytes")]
    TooShort {
        /// The key's position, counted from 1.
        position: usize,
        /// Its length.
        bytes: usize,
    },
    /// The first key, which signs, is long but repeats a few characters, so it is easy to guess.
    #[error("key 1 has too few different characters ({characters})")]
    Repetitive {
        /// How many different characters it has.
        characters: usize,
    },
}

impl KeyRing {
    /// Takes the keys: the first signs, all verify.
    ///
    /// # Errors
    /// [`KeyError`] for an empty list, for a key shorter than [`MIN_KEY_BYTES`], and for a first key with fewer
    /// different characters than [`MIN_KEY_CHARACTERS`].
    pub fn new(keys: &[SecretString]) -> Result<Self, KeyError> {
        if keys.is_empty() {
            return Err(KeyError::NoKey);
        }
        for (key, position) in keys.iter().zip(1..) {
            let bytes = key.expose_secret().len();
            if bytes < MIN_KEY_BYTES {
                return Err(KeyError::TooShort { position, bytes });
            }
            let characters = key.expose_secret().chars().collect::<HashSet<_>>().len();
            // An operator who replaces such a key still needs it to verify: without it old links and exports are lost.
            if position == 1 && characters < MIN_KEY_CHARACTERS {
                return Err(KeyError::Repetitive { characters });
            }
        }
        Ok(Self(keys.into()))
    }

    /// The complete token for `claims`, ready for a link.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        let mac = mail_mac(self.first(), claims).finalize().into_bytes();
        write(claims.purpose, &claims.row, &text_of(&mac))
    }

    /// Whether one of the keys made `mac`, in its text form, for exactly `claims`. Takes the same time for every
    /// wrong MAC.
    #[must_use]
    pub fn verify(&self, claims: &Claims, mac: &str) -> bool {
        bytes_of::<32>(mac).is_some_and(|mac| self.0.iter().any(|key| mail_mac(key, claims).verify_slice(&mac).is_ok()))
    }

    /// The key that seals (encrypts and signs) cookies, derived from the first key.
    #[must_use]
    pub fn cookie_key(&self) -> Key {
        let half = |name: &str| derive(self.first(), name);
        let halves = [half("signet sealed cookie v1 a"), half("signet sealed cookie v1 b")];
        Key::from(&halves.concat())
    }

    /// An empty MAC under each secret's key for the use `name`; the signing secret comes first.
    pub(super) fn macs_for(&self, name: &'static str) -> impl Iterator<Item = Hmac<Sha256>> {
        self.0.iter().map(move |key| hmac(&derive(key, name)))
    }

    /// Each secret's key for the use `name`; the sealing secret comes first.
    pub(super) fn keys_for(&self, name: &'static str) -> impl Iterator<Item = Zeroizing<[u8; 32]>> {
        self.0.iter().map(move |key| Zeroizing::new(derive(key, name)))
    }

    /// The signing key. `new` refuses an empty list.
    fn first(&self) -> &SecretString {
        &self.0[0]
    }
}

impl core::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyRing({} keys)", self.0.len())
    }
}

/// The MAC over `claims`, with a key of its own for every purpose, so that a token for one purpose reveals nothing
/// about another's.
fn mail_mac(key: &SecretString, claims: &Claims) -> Hmac<Sha256> {
    let key = derive(key, key_name(claims.purpose));
    hmac(&key).chain_update(claims.message())
}

/// The name from which each purpose's key is derived; changing it invalidates the purpose's links.
const fn key_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::VerifyEmail => "signet mail token v1 verify",
        Purpose::ResetPassword => "signet mail token v1 reset",
        Purpose::ConfirmEmailChange => "signet mail token v1 confirm",
        Purpose::CancelEmailChange => "signet mail token v1 cancel",
        Purpose::UndoEmailChange => "signet mail token v1 undo",
        Purpose::KeepAccount => "signet mail token v1 keep",
    }
}

/// A key for one use, from which an attacker can compute neither the secret nor another use's key: HKDF's expansion
/// (RFC 5869 §2.3) with SHA-256. An operator's secret is random already, so nothing is extracted first (§3.3).
#[expect(clippy::expect_used, reason = "`KeyRing::new` refuses a short secret, and 32 bytes are one block")]
fn derive(key: &SecretString, name: &str) -> [u8; 32] {
    let mut derived = [0; 32];
    let expansion = Hkdf::<Sha256>::from_prk(key.expose_secret().as_bytes()).expect("32 bytes or more");
    expansion.expand(name.as_bytes(), &mut derived).expect("one block");
    derived
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104)")]
fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

#[cfg(test)]
mod tests;
