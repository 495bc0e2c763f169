//! Password hashing with argon2id; takes and returns PHC strings.
//!
//! A hash takes 19 MiB and some milliseconds of a core by design, so hashes are computed in a bounded pool. Every
//! sign-in costs one computation, whether or not the account exists (checklist A63).

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::{
    pool::{Pool, PoolError, Turns, failed},
    random::Random,
};

/// Bytes of salt (RFC 9106 §3.1 recommends 16).
const SALT_BYTES: usize = 16;
/// Bytes of output (RFC 9106 §4: 256 bits).
const OUTPUT_BYTES: usize = 32;

/// The cost of one argon2id computation (setting `password.argon2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes, which are computed one after the other.
    pub p: u32,
}

/// The result of comparing a password with a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the password, or the account has none.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, but its hash costs less than the current setting: hash it again.
    RightButWeak,
}

/// Hashes and compares passwords. Cheap to clone; clones share their threads.
#[derive(Clone)]
pub struct Hasher {
    pool: Arc<Pool>,
    shared: Arc<Shared>,
}

struct Shared {
    cost: Cost,
    random: Random,
    /// A well-formed hash that belongs to no password, for accounts without one.
    dummy: String,
    runs: AtomicU64,
}

/// A stored hash, ready for a comparison.
struct Stored {
    /// The hash, complete with salt and output.
    hash: PasswordHash,
    params: Params,
}

impl Cost {
    /// The lowest costs that protect real passwords: equivalent pairs of KiB and passes (OWASP Password Storage
    /// Cheat Sheet, argon2id).
    const FLOORS: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

    /// Whether the cost is at or above one of OWASP's floors (ASVS V11.4.2).
    #[must_use]
    pub fn is_enough(self) -> bool {
        Self::FLOORS.iter().any(|&(m_kib, t)| m_kib <= self.m_kib && t <= self.t)
    }
}

impl Hasher {
    /// A hasher that computes within the bounds of `turns`.
    #[must_use]
    pub fn new(cost: Cost, turns: Turns, random: Random) -> Self {
        let dummy = dummy(cost, &random);
        let shared = Shared { cost, random, dummy, runs: AtomicU64::new(0) };
        Self { pool: Arc::new(Pool::new(turns)), shared: Arc::new(shared) }
    }

    /// Hashes a new password in its normal form, and returns a PHC string. `client` is the address of the caller.
    ///
    /// # Errors
    /// [`PoolError`] if the computation was refused or failed.
    pub async fn hash(&self, client: Option<IpAddr>, normal_password: SecretString) -> Result<String, PoolError> {
        let shared = Arc::clone(&self.shared);
        self.pool.run(client, move || shared.hash(&normal_password)).await
    }

    /// Compares a password in its normal form with a stored PHC string. If that is missing or unreadable, does the
    /// same work and returns [`Verdict::Wrong`]. `client` is the address of the caller.
    ///
    /// # Errors
    /// [`PoolError`] if the computation was refused or failed.
    pub async fn verify(
        &self,
        client: Option<IpAddr>,
        stored: Option<String>,
        normal_password: SecretString,
    ) -> Result<Verdict, PoolError> {
        let shared = Arc::clone(&self.shared);
        self.pool.run(client, move || shared.verify(stored.as_deref(), &normal_password)).await
    }

    /// How many hashes were computed, for tests.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.shared.runs.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn hash(&self, password: &SecretString) -> Result<String, PoolError> {
        let Cost { m_kib, t, p } = self.cost;
        let params = Params::new(m_kib, t, p, Some(OUTPUT_BYTES)).map_err(|e| failed(&e))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let salt: [u8; SALT_BYTES] = self.random.bytes();
        self.runs.fetch_add(1, Ordering::SeqCst);
        argon2
            .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|e| failed(&e))
    }

    fn verify(&self, stored: Option<&str>, password: &SecretString) -> Result<Verdict, PoolError> {
        let Some(stored) = stored.and_then(Stored::read) else {
            let dummy = Stored::read(&self.dummy).ok_or(PoolError::Failed)?;
            self.is_right(&dummy, password)?;
            return Ok(Verdict::Wrong);
        };
        if !self.is_right(&stored, password)? {
            return Ok(Verdict::Wrong);
        }
        if stored.costs_less_than(self.cost) {
            return Ok(Verdict::RightButWeak);
        }
        Ok(Verdict::Right)
    }

    fn is_right(&self, stored: &Stored, password: &SecretString) -> Result<bool, PoolError> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        // The stored hash decides the cost of this computation, not the setting.
        match Argon2::default().verify_password(password.expose_secret().as_bytes(), &stored.hash) {
            Ok(()) => Ok(true),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(broken) => Err(failed(&broken)),
        }
    }
}

impl Stored {
    /// Reads a stored hash; `None`, with an error in the log, unless it is a complete argon2id hash.
    fn read(stored: &str) -> Option<Self> {
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

    /// Whether an attacker guesses this password at a lower cost than `cost`. Lanes do not count, because they only
    /// divide the same work.
    fn costs_less_than(&self, cost: Cost) -> bool {
        self.params.m_cost() < cost.m_kib
            || self.params.t_cost() < cost.t
            || self.hash.version != Some(Version::V0x13.into())
    }
}

/// A hash that belongs to no password: its output is random and not computed. A comparison with it costs as much as
/// with a real one.
fn dummy(cost: Cost, random: &Random) -> String {
    let salt = STANDARD_NO_PAD.encode(random.bytes::<SALT_BYTES>());
    let output = STANDARD_NO_PAD.encode(random.bytes::<OUTPUT_BYTES>());
    let Cost { m_kib, t, p } = cost;
    format!("$argon2id$v=19$m={m_kib},t={t},p={p}${salt}${output}")
}

#[cfg(test)]
mod tests;
