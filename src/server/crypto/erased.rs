//! The name of an account in the ledger of erasures: a MAC of its id. Without the key, a reader of the ledger
//! cannot match entries to accounts.

use hmac::Mac;

use super::token::KeyRing;
use crate::domain::{
    deletion::erasure::ledger::{KeyMark, Subject},
    id::UserId,
};

const NAME: &str = "signet erasure ledger v1";
const MARK: &str = "signet erasure ledger v1 mark";

impl KeyRing {
    /// The names of an account under each key; the ledger stores the first.
    pub fn erased(&self, user: &UserId) -> impl Iterator<Item = Subject> {
        self.macs_for(NAME).map(|mac| Subject(mac.chain_update(user.as_str()).finalize().into_bytes().into()))
    }

    /// The marks by which an entry shows its key; the first belongs to the signing key.
    pub fn erased_marks(&self) -> impl Iterator<Item = KeyMark> {
        self.macs_for(MARK).map(|mac| {
            let mac: [u8; 32] = mac.finalize().into_bytes().into();
            let mut mark = [0; 8];
            mark.copy_from_slice(&mac[..8]);
            KeyMark(mark)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(keys: &[&str]) -> KeyRing {
        let keys: Vec<_> = keys.iter().map(|key| format!("{key} , and more bytes up to thirty-two").into()).collect();
        KeyRing::new(&keys).expect("keys")
    }

    fn user(byte: u8) -> UserId {
        UserId::from_random([byte; 16])
    }

    #[test]
    fn a_name_is_of_one_account_and_one_key() {
        let name = |keys: &[&str], of: u8| ring(keys).erased(&user(of)).next();
        assert_eq!(name(&["a"], 1), name(&["a", "b"], 1));
        assert_ne!(name(&["a"], 1), name(&["a"], 2));
        assert_ne!(name(&["a"], 1), name(&["b"], 1));
    }

    #[test]
    fn after_a_rotation_the_old_name_is_still_known() {
        let rotated = ring(&["new", "old"]);
        assert_eq!(rotated.erased(&user(1)).nth(1), ring(&["old"]).erased(&user(1)).next());
        assert_eq!(rotated.erased_marks().nth(1), ring(&["old"]).erased_marks().next());
        assert_ne!(rotated.erased_marks().next(), rotated.erased_marks().nth(1));
    }
}
