//! Short marks of things, to tell whether two are the same without saying what they are.

use sha2::{Digest, Sha256};

use crate::domain::id::hex;

/// Bytes of a mark: two differ with all certainty that matters, and it stays short.
const BYTES: usize = 12;

/// The mark of `parts`: a truncated SHA-256. What must not be guessed from it has to stand
/// beside something random.
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
