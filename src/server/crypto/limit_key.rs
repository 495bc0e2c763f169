//! The keys of limits: keyed hashes, so that a reader of the database learns neither an address nor who was limited.

use hmac::Mac;

use super::token::KeyRing;

/// Bytes of a key: 128 bits, so that two callers practically never share one.
const BYTES: usize = 16;

impl KeyRing {
    /// The key under which `limit` counts for `of`, such as an address or a network. A new first secret key makes new
    /// keys, so every count then begins again.
    #[must_use]
    pub fn limit_key(&self, limit: &str, of: &str) -> [u8; BYTES] {
        let mut key = [0; BYTES];
        if let Some(mac) = self.macs_for("signet limit v1").next() {
            // A limit's word has no line break, so no two pairs make the same message.
            let mac = mac.chain_update(limit).chain_update("\n").chain_update(of).finalize().into_bytes();
            key.copy_from_slice(&mac[..BYTES]);
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn ring(key: &str) -> KeyRing {
        KeyRing::new(&[SecretString::from(key.to_owned())]).expect("a key")
    }

    #[test]
    fn keys_differ_by_limit_by_value_and_by_secret() {
        let (one, two) = (ring("0123456789abcdef0123456789abcdef"), ring("another-key-of-32-bytes-and-more"));
        let key = one.limit_key("a", "ada@example.com");
        assert_eq!(key, one.limit_key("a", "ada@example.com"));
        for other in [one.limit_key("b", "ada@example.com"), one.limit_key("a", "bob@example.com")] {
            assert_ne!(key, other);
        }
        assert_ne!(key, two.limit_key("a", "ada@example.com"));
    }
}
