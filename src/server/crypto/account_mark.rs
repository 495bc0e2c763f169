//! The mark of an account in its forms: it says for which account a form was made, to this server only.
//!
//! The same account always has the same mark, in every session and on every page, so that a form may wait while its
//! owner signs in again. The mark is no secret: a person who reads it reads the page around it, too.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{bytes_of, text_of, token::KeyRing};
use crate::domain::id::UserId;

/// Bytes of each half of a mark: 128 bits, so that two accounts practically never share one.
const BYTES: usize = 16;

/// The account for which a form was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkedFor {
    /// The account that was asked about.
    Own,
    /// Another account, with this masked address.
    Another(String),
    /// No key of this installation has made the mark.
    Unknown,
}

impl KeyRing {
    /// The mark of the account `user` with the masked address `email`.
    #[must_use]
    pub fn account_mark(&self, user: &UserId, email: &str) -> String {
        let Some(mac) = self.macs_for(USE).next() else { return String::new() };
        let beginning = format!("{}.{}", text_of(&whose(&mac, user)), text_of(email.as_bytes()));
        let seal = text_of(&half(mac.chain_update(seal_of(&beginning))));
        format!("{beginning}.{seal}")
    }

    /// Whether `mark` is that of the account `user`. The address in it may be one that the account had earlier.
    #[must_use]
    pub fn read_account_mark(&self, mark: &str, user: &UserId) -> MarkedFor {
        let read = || {
            let (beginning, seal) = mark.rsplit_once('.')?;
            let seal = bytes_of::<BYTES>(seal)?;
            let is_sealed =
                |mac: &Hmac<Sha256>| mac.clone().chain_update(seal_of(beginning)).verify_truncated_left(&seal).is_ok();
            let mac = self.macs_for(USE).find(is_sealed)?;
            let (account, email) = beginning.split_once('.')?;
            if bytes_of::<BYTES>(account)? == whose(&mac, user) {
                return Some(MarkedFor::Own);
            }
            String::from_utf8(super::any_bytes_of(email)?).ok().map(MarkedFor::Another)
        };
        read().unwrap_or(MarkedFor::Unknown)
    }
}

/// The name from which the key of marks is derived.
const USE: &str = "signet account mark v1";

/// The half that stands for the account.
fn whose(mac: &Hmac<Sha256>, user: &UserId) -> [u8; BYTES] {
    half(mac.clone().chain_update("account\n").chain_update(user.as_str()))
}

/// The message of the half that seals the rest.
fn seal_of(beginning: &str) -> String {
    format!("mark\n{beginning}")
}

fn half(mac: Hmac<Sha256>) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    bytes.copy_from_slice(&mac.finalize().into_bytes()[..BYTES]);
    bytes
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    const KEYS: [&str; 2] = ["0123456789abcdef0123456789abcdef", "another-key-of-32-bytes-and-more"];

    fn ring(keys: &[&str]) -> KeyRing {
        let keys: Vec<_> = keys.iter().map(|key| SecretString::from((*key).to_owned())).collect();
        KeyRing::new(&keys).expect("keys")
    }

    fn user(number: u8) -> UserId {
        UserId::from_random([number; 16])
    }

    #[test]
    fn a_mark_is_its_accounts_whatever_the_address_is_by_now() {
        let ring = ring(&KEYS);
        let mark = ring.account_mark(&user(1), "a•••@example.com");
        assert_eq!(mark, ring.account_mark(&user(1), "a•••@example.com"));
        assert!(!mark.contains(user(1).as_str()));
        for email in ["a•••@example.com", "b•••@example.org", ""] {
            assert_eq!(
                ring.read_account_mark(&ring.account_mark(&user(1), email), &user(1)),
                MarkedFor::Own,
                "{email}"
            );
        }
        let others = MarkedFor::Another("a•••@example.com".to_owned());
        assert_eq!(ring.read_account_mark(&mark, &user(2)), others);
    }

    #[test]
    fn every_key_reads_and_no_other_does() {
        let mark = ring(&KEYS[..1]).account_mark(&user(1), "a•••@example.com");
        let rotated = ring(&[KEYS[1], KEYS[0]]);
        assert_eq!(rotated.read_account_mark(&mark, &user(1)), MarkedFor::Own);
        assert!(matches!(rotated.read_account_mark(&mark, &user(2)), MarkedFor::Another(_)));
        assert_eq!(ring(&KEYS[1..]).read_account_mark(&mark, &user(1)), MarkedFor::Unknown);
    }

    #[test]
    fn what_no_key_has_made_is_unknown() {
        let ring = ring(&KEYS);
        let mark = ring.account_mark(&user(1), "a•••@example.com");
        let parts: Vec<&str> = mark.split('.').collect();
        let words = text_of(b"Call 555-EVIL");
        let of_other = ring.account_mark(&user(2), "b•••@example.com");
        let others: Vec<&str> = of_other.split('.').collect();
        for wrong in [
            "",
            ".",
            "..",
            "x",
            &mark[1..],
            &mark[..mark.len() - 1],
            &format!("{}.{words}.{}", parts[0], parts[2]),
            &format!("{}.{}.{}", others[0], parts[1], parts[2]),
            &format!("{mark}."),
        ] {
            assert_eq!(ring.read_account_mark(wrong, &user(1)), MarkedFor::Unknown, "{wrong}");
        }
    }
}
