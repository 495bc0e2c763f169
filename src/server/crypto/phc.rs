//! Password hashes as they are stored: PHC strings of argon2id.

use argon2::{ARGON2ID_IDENT, Params, PasswordHash, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::random::Random;

/// Bytes of salt (RFC 9106 §3.1 recommends 16).
pub const SALT_BYTES: usize = 16;
/// Bytes of output (RFC 9106 §4: 256 bits).
pub const OUTPUT_BYTES: usize = 32;

/// What one argon2id computation costs (setting `password.argon2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes. They are computed one after the other.
    pub p: u32,
}

/// A stored hash that a password can be compared with.
pub struct Stored {
    /// The hash, complete with salt and output.
    pub hash: PasswordHash,
    params: Params,
}

impl Cost {
    /// The least that may protect real passwords, as pairs of KiB and passes that are
    /// equally good (OWASP Password Storage Cheat Sheet, argon2id).
    const FLOORS: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

    /// Whether the cost is at or above one of OWASP's floors (ASVS V11.4.2).
    #[must_use]
    pub fn is_enough(self) -> bool {
        Self::FLOORS.iter().any(|&(m_kib, t)| m_kib <= self.m_kib && t <= self.t)
    }
}

impl Stored {
    /// Reads what the database holds; `None`, with a line in the log, for anything but a
    /// whole argon2id hash.
    pub fn read(stored: &str) -> Option<Self> {
        let read = PasswordHash::new(stored).ok().and_then(Self::accept);
        if read.is_none() {
            tracing::error!("a stored password hash cannot be read, so its password is never right");
        }
        read
    }

    fn accept(hash: PasswordHash) -> Option<Self> {
        let known_version = hash.version.is_some_and(|v| Version::try_from(v).is_ok());
        let usable = hash.algorithm == ARGON2ID_IDENT && known_version;
        let whole = hash.salt.is_some() && hash.hash.is_some();
        let params = Params::try_from(&hash).ok()?;
        (usable && whole).then_some(Self { hash, params })
    }

    /// Whether guessing this password costs less than `cost`. The lanes do not count:
    /// they divide the same work.
    pub fn costs_less_than(&self, cost: Cost) -> bool {
        self.params.m_cost() < cost.m_kib
            || self.params.t_cost() < cost.t
            || self.hash.version != Some(Version::V0x13.into())
    }
}

/// A hash that no password has: its output was drawn, not computed. Comparing with it
/// costs what comparing with a real one does.
pub fn dummy(cost: Cost, random: &Random) -> String {
    let salt = STANDARD_NO_PAD.encode(random.bytes::<SALT_BYTES>());
    let output = STANDARD_NO_PAD.encode(random.bytes::<OUTPUT_BYTES>());
    let Cost { m_kib, t, p } = cost;
    format!("$argon2id$v=19$m={m_kib},t={t},p={p}${salt}${output}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floors_hold_at_their_edges() {
        let cases = [
            (19_456, 2, true),
            (19_455, 2, false),
            (19_456, 1, false),
            (47_104, 1, true),
            (47_103, 1, false),
            (12_288, 3, true),
            (7_168, 5, true),
            (7_167, 99, false),
        ];
        for (m_kib, t, enough) in cases {
            assert_eq!(Cost { m_kib, t, p: 1 }.is_enough(), enough, "{m_kib} {t}");
        }
    }

    #[test]
    fn the_dummy_reads_as_a_hash_of_the_configured_cost() {
        let cost = Cost { m_kib: 19_456, t: 2, p: 1 };
        let stored = Stored::read(&dummy(cost, &Random::seeded(1))).unwrap();
        assert!(!stored.costs_less_than(cost));
        assert!(stored.costs_less_than(Cost { m_kib: 19_457, ..cost }));
    }

    #[test]
    fn only_a_whole_argon2id_hash_is_read() {
        let cost = Cost { m_kib: 64, t: 1, p: 1 };
        let whole = dummy(cost, &Random::seeded(1));
        assert!(Stored::read(&whole).is_some());
        let (without_output, _) = whole.rsplit_once('$').unwrap();
        let (without_salt, _) = without_output.rsplit_once('$').unwrap();
        for broken in [
            "",
            "password",
            without_output,
            without_salt,
            &whole.replace("argon2id", "argon2i"),
            &whole.replace("$v=19", ""),
            &whole.replace("v=19", "v=20"),
            &whole.replace("m=64", "m=1"),
            &whole.replace("t=1", "t=0"),
        ] {
            assert!(Stored::read(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn an_older_version_of_argon2_costs_less() {
        let cost = Cost { m_kib: 64, t: 1, p: 1 };
        let old = dummy(cost, &Random::seeded(1)).replace("v=19", "v=16");
        assert!(Stored::read(&old).unwrap().costs_less_than(cost));
    }
}
