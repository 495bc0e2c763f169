//! Short fingerprints, which tell whether two values are equal without revealing them.

use sha2::{Digest, Sha256};

use crate::domain::id::hex;

/// Bytes of a fingerprint: short, and long enough that different values practically never share one.
const BYTES: usize = 12;

/// The fingerprint of `parts`: a truncated SHA-256. If an attacker must not guess a value from it, `parts` must
/// also contain something random.
#[must_use]
pub fn fingerprint(parts: &str) -> String {
    hex(&Sha256::digest(parts)[..BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_short_and_differ() {
        assert_eq!(fingerprint("a").len(), 2 * BYTES);
        assert_eq!(fingerprint("a"), fingerprint("a"));
        assert_ne!(fingerprint("a"), fingerprint("b"));
    }
}
