//! Mail tokens: making and checking the MAC of a mailed link.
//!
//! The keys come from the setting `SIGNET_SECRET_KEY`, a list: the first signs, all
//! verify. To rotate, put the new key first, and drop the old one when the longest
//! link has run out.

use std::sync::Arc;

use axum_extra::extract::cookie::Key;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use sha2::Sha256;
use thiserror::Error;

use super::{bytes_of, text_of};
use crate::domain::mail_token::{Claims, Purpose, write};

/// Shortest key accepted, in bytes of text: as long as the MAC (RFC 2104 §3; ASVS V11.2.3).
pub const MIN_KEY_BYTES: usize = 32;

/// Every secret key of this installation. Cheap to clone; never printed.
#[derive(Clone)]
pub struct KeyRing(Arc<[SecretString]>);

/// Why a list of keys cannot be used. Says nothing about the keys themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The list is empty.
    #[error("there is no key")]
    NoKey,
    /// One of the keys could be guessed.
    #[error("key {position} has {bytes} bytes")]
    TooShort {
        /// Which key, counted from 1.
        position: usize,
        /// Its length.
        bytes: usize,
    },
}

impl KeyRing {
    /// Takes the keys: the first signs, all verify.
    ///
    /// # Errors
    /// [`KeyError`] for an empty list and for a key shorter than [`MIN_KEY_BYTES`].
    pub fn new(keys: &[SecretString]) -> Result<Self, KeyError> {
        if keys.is_empty() {
            return Err(KeyError::NoKey);
        }
        for (key, position) in keys.iter().zip(1..) {
            let bytes = key.expose_secret().len();
            if bytes < MIN_KEY_BYTES {
                return Err(KeyError::TooShort { position, bytes });
            }
        }
        Ok(Self(keys.into()))
    }

    /// The whole token for `claims`, ready to stand in a link.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        let mac = mail_mac(self.first(), claims).finalize().into_bytes();
        write(claims.purpose, &claims.row, &text_of(&mac))
    }

    /// Whether `mac`, in its text form, was made for exactly `claims` by one of the keys.
    /// Takes the same time for every wrong MAC.
    #[must_use]
    pub fn verify(&self, claims: &Claims, mac: &str) -> bool {
        bytes_of::<32>(mac).is_some_and(|mac| self.0.iter().any(|key| mail_mac(key, claims).verify_slice(&mac).is_ok()))
    }

    /// The key that seals (encrypts and signs) cookies; it follows the first key.
    #[must_use]
    pub fn cookie_key(&self) -> Key {
        let half = |name: &str| derive(self.first(), name);
        let halves = [half("signet sealed cookie v1 a"), half("signet sealed cookie v1 b")];
        Key::from(&halves.concat())
    }

    /// A MAC that has read nothing yet, under the key of each secret for the use `name`; the
    /// one that signs comes first.
    pub(super) fn macs_for(&self, name: &'static str) -> impl Iterator<Item = Hmac<Sha256>> {
        self.0.iter().map(move |key| hmac(&derive(key, name)))
    }

    /// The key of each secret for the use `name`; the one that seals comes first.
    pub(super) fn keys_for(&self, name: &'static str) -> impl Iterator<Item = Zeroizing<[u8; 32]>> {
        self.0.iter().map(move |key| Zeroizing::new(derive(key, name)))
    }

    /// The key that signs. `new` let no empty list through.
    fn first(&self) -> &SecretString {
        &self.0[0]
    }
}

impl core::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyRing({} keys)", self.0.len())
    }
}

/// The MAC over `claims`, under a key of its own for every purpose, so that a token
/// for one purpose says nothing about another's.
fn mail_mac(key: &SecretString, claims: &Claims) -> Hmac<Sha256> {
    let key = derive(key, key_name(claims.purpose));
    hmac(&key).chain_update(claims.message())
}

/// What the key of each purpose is derived with; changing one kills its links.
const fn key_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::VerifyEmail => "signet mail token v1 verify",
        Purpose::ResetPassword => "signet mail token v1 reset",
        Purpose::ConfirmEmailChange => "signet mail token v1 confirm",
        Purpose::CancelEmailChange => "signet mail token v1 cancel",
        Purpose::UndoEmailChange => "signet mail token v1 undo",
    }
}

/// A key for one use, from which neither the secret nor another use's key can be worked
/// out: the first block of HKDF's expansion (RFC 5869 §2.3) with SHA-256.
fn derive(key: &SecretString, name: &str) -> [u8; 32] {
    let secret = key.expose_secret().as_bytes();
    let block = hmac(secret).chain_update(name).chain_update([1]);
    block.finalize().into_bytes().into()
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104)")]
fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

#[cfg(test)]
mod tests;
