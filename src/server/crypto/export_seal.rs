//! Seals exports on the disk with XChaCha20-Poly1305, under keys that are derived from the secret keys. The first
//! key seals and every key opens, so that an operator can rotate them.
//!
//! The seal covers export and account: a file opens only as this export of this account, and not at all if a bit of
//! it was changed.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, AeadInOut, KeyInit, Payload},
};
use secrecy::zeroize::Zeroizing;

use super::token::KeyRing;
use crate::domain::id::{ExportId, UserId};

/// Bytes of the nonce: long enough for a random nonce per file.
pub const NONCE_BYTES: usize = 24;
/// The first byte of every file.
const VERSION: u8 = 1;
const KEY_NAME: &str = "signet sealed export v1";

/// What the seal of an export covers.
#[derive(Clone, Copy)]
pub struct SealClaims<'a> {
    /// The export.
    pub export: &'a ExportId,
    /// The account whose data it holds.
    pub user: &'a UserId,
}

impl SealClaims<'_> {
    /// Both ids have a fixed length, so no two claims have the same text.
    fn text(self) -> Vec<u8> {
        format!("signet export {VERSION}\n{}\n{}", self.export, self.user).into_bytes()
    }
}

impl KeyRing {
    /// Seals `plain`; the caller must draw a new `nonce` each time. `None` only if `plain` exceeds the cipher's
    /// limit of 256 GiB.
    #[must_use]
    pub fn seal_export(&self, claims: SealClaims<'_>, nonce: [u8; NONCE_BYTES], plain: &[u8]) -> Option<Vec<u8>> {
        let key = self.keys_for(KEY_NAME).next()?;
        let aad = claims.text();
        let payload = Payload { msg: plain, aad: &aad };
        let sealed = cipher(&key).encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// Opens a file that one of the keys sealed for exactly these claims. Opens it in place, so that there is no second
    /// copy. A key that does not fit leaves the bytes as they were.
    #[must_use]
    pub fn open_export(&self, claims: SealClaims<'_>, mut file: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, _) = file.strip_prefix(&[VERSION])?.split_first_chunk::<NONCE_BYTES>()?;
        let (aad, nonce) = (claims.text(), XNonce::from(*nonce));
        file.drain(..=NONCE_BYTES);
        let is_opened =
            self.keys_for(KEY_NAME).any(|key| cipher(&key).decrypt_in_place(&nonce, &aad, &mut file).is_ok());
        is_opened.then(|| Zeroizing::new(file))
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &[u8] = b"what only its owner may read";
    const NONCE: [u8; NONCE_BYTES] = [7; NONCE_BYTES];

    fn ring(keys: &[&str]) -> KeyRing {
        let keys: Vec<_> = keys.iter().map(|key| format!("{key} , and more bytes up to thirty-two").into()).collect();
        KeyRing::new(&keys).unwrap()
    }

    fn ids(export: u8, user: u8) -> (ExportId, UserId) {
        (ExportId::from_random([export; 16]), UserId::from_random([user; 16]))
    }

    fn opened(ring: &KeyRing, (export, user): &(ExportId, UserId), file: &[u8]) -> Option<Vec<u8>> {
        ring.open_export(SealClaims { export, user }, file.to_vec()).map(|plain| plain.to_vec())
    }

    fn sealed(ring: &KeyRing, (export, user): &(ExportId, UserId)) -> Vec<u8> {
        ring.seal_export(SealClaims { export, user }, NONCE, PLAIN).unwrap()
    }

    #[test]
    fn it_opens_as_what_it_was_sealed_as_and_as_nothing_else() {
        let ring = ring(&["a"]);
        let file = sealed(&ring, &ids(1, 2));
        assert!(!file.windows(5).any(|part| PLAIN.windows(5).any(|plain| plain == part)));
        assert_eq!(opened(&ring, &ids(1, 2), &file).as_deref(), Some(PLAIN));
        for other in [ids(1, 3), ids(3, 2), ids(2, 1)] {
            assert_eq!(opened(&ring, &other, &file), None);
        }
    }

    #[test]
    fn a_changed_bit_and_a_cut_end_are_noticed_wherever_they_are() {
        let ring = ring(&["a"]);
        let file = sealed(&ring, &ids(1, 2));
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert_eq!(opened(&ring, &ids(1, 2), &changed), None, "{at}");
            assert_eq!(opened(&ring, &ids(1, 2), &file[..at]), None, "{at}");
        }
        let longer = [file.as_slice(), &[0]].concat();
        assert_eq!(opened(&ring, &ids(1, 2), &longer), None);
    }

    #[test]
    fn a_new_key_first_leaves_the_files_of_the_old_one_open() {
        let (old, both, new) = (ring(&["a"]), ring(&["b", "a"]), ring(&["b"]));
        let before = sealed(&old, &ids(1, 2));
        assert_eq!(opened(&both, &ids(1, 2), &before).as_deref(), Some(PLAIN));
        assert_eq!(opened(&new, &ids(1, 2), &before), None);
        let after = sealed(&both, &ids(1, 2));
        assert_eq!(opened(&new, &ids(1, 2), &after).as_deref(), Some(PLAIN));
        assert_eq!(opened(&old, &ids(1, 2), &after), None);
    }

    /// The vector of draft-irtf-cfrg-xchacha-03, A.3.1 proves that this is the standard cipher.
    #[test]
    fn the_cipher_is_the_one_of_the_draft() {
        let key: [u8; 32] = std::array::from_fn(|at| 0x80 + u8::try_from(at).unwrap());
        let nonce: [u8; 24] = std::array::from_fn(|at| 0x40 + u8::try_from(at).unwrap());
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let msg: &[u8] =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
            sunscreen would be it.";
        let sealed = cipher(&key).encrypt(&XNonce::from(nonce), Payload { msg, aad: &aad }).unwrap();
        assert_eq!(crate::domain::id::hex(&sealed[..16]), "bd6d179d3e83d43b9576579493c0e939");
        assert_eq!(crate::domain::id::hex(&sealed[sealed.len() - 16..]), "c0875924c1c7987947deafd8780acf49");
    }
}
