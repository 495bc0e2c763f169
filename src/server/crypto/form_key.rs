//! The id of the row that a form may insert once.

use hmac::Mac;

use super::token::KeyRing;
use crate::domain::id::{ID_BYTES, UserId};

impl KeyRing {
    /// The id of the one row that the account `user` may insert by the form with the random text `once`. People cannot
    /// choose an id by it, and the form of one account never gives a row of another.
    #[must_use]
    pub fn row_of_form(&self, user: &UserId, once: &str) -> [u8; ID_BYTES] {
        let mut id = [0; ID_BYTES];
        if let Some(mac) = self.macs_for("signet form v1").next() {
            // An id has no line break, so no two pairs make the same message.
            let mac = mac.chain_update(user.as_str()).chain_update("\n").chain_update(once).finalize().into_bytes();
            id.copy_from_slice(&mac[..ID_BYTES]);
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[test]
    fn a_form_names_one_row_of_one_account() {
        let ring = |key: &str| KeyRing::new(&[SecretString::from(key.to_owned())]).expect("a key");
        let one = ring("0123456789abcdef0123456789abcdef");
        let [ada, bob] = [1, 2].map(|number| UserId::from_random([number; 16]));
        let row = one.row_of_form(&ada, "x");
        assert_eq!(row, one.row_of_form(&ada, "x"));
        for other in [
            one.row_of_form(&ada, "y"),
            one.row_of_form(&bob, "x"),
            ring("another-key-of-32-bytes-and-more").row_of_form(&ada, "x"),
        ] {
            assert_ne!(row, other);
        }
    }
}
