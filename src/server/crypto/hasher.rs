//! Password hashing: argon2id behind one seam, PHC strings in and out.
//!
//! A hash takes 19 MiB and some milliseconds of a whole core by design, so the number of
//! them at one time is bounded: some run, some wait a little, the rest is turned away at
//! once (checklist A64). Every sign-in costs one computation, whoever it is for (A63).

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::{random::Random, strength::judge};
use crate::domain::weakness::Weakness;

/// How many computations may wait when all threads are busy (checklist §3.3).
pub const QUEUE: usize = 64;
/// How long one of them waits before it is turned away (checklist §3.3).
const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes of salt (RFC 9106 §3.1 recommends 16).
const SALT_BYTES: usize = 16;
/// Bytes of output (RFC 9106 §4: 256 bits).
const OUTPUT_BYTES: usize = 32;

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

/// What came of comparing a password with a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password, or there is none.
    Wrong,
    /// The password.
    Right,
    /// The password, but its hash costs less than is now configured: hash it again.
    RightButWeak,
}

/// Why a password was neither hashed nor compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HasherError {
    /// Too many others wait, or waited too long; nothing was computed.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The computation broke down; the reason is in the log.
    #[error("the password could not be hashed")]
    Failed,
}

/// Hashes and compares passwords. Cheap to clone; clones share their threads.
#[derive(Clone)]
pub struct Hasher(Arc<Shared>);

struct Shared {
    cost: Cost,
    random: Random,
    /// Who may compute: one permit a thread.
    running: Arc<Semaphore>,
    /// Who may compute or wait.
    admitted: Arc<Semaphore>,
    patience: Duration,
    /// A well-formed hash of no password, compared with where an account has none.
    dummy: String,
    runs: AtomicU64,
}

/// Who has to wait, and how long at most.
#[derive(Clone, Copy)]
struct Turns {
    threads: usize,
    queue: usize,
    patience: Duration,
}

/// A stored hash that a password can be compared with.
struct Stored {
    /// The hash, complete with salt and output.
    hash: PasswordHash,
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

impl Hasher {
    /// A hasher that computes at most `threads` hashes at a time (at least one) and lets
    /// `queue` more wait for up to two seconds.
    #[must_use]
    pub fn new(cost: Cost, threads: usize, queue: usize, random: Random) -> Self {
        Self::in_turns(cost, random, Turns { threads, queue, patience: PATIENCE })
    }

    fn in_turns(cost: Cost, random: Random, turns: Turns) -> Self {
        let Turns { threads, queue, patience } = turns;
        let threads = threads.max(1);
        let dummy = dummy(cost, &random);
        Self(Arc::new(Shared {
            cost,
            random,
            running: Arc::new(Semaphore::new(threads)),
            admitted: Arc::new(Semaphore::new(threads + queue)),
            patience,
            dummy,
            runs: AtomicU64::new(0),
        }))
    }

    /// Hashes a new password, already in its normal form; the result is a PHC string.
    ///
    /// # Errors
    /// [`HasherError`].
    pub async fn hash(&self, normal_password: SecretString) -> Result<String, HasherError> {
        self.in_turn(move |shared| shared.hash(&normal_password)).await
    }

    /// Compares a password, already in its normal form, with a stored PHC string. Without
    /// one, or with one that cannot be read, the same work is done and the verdict is
    /// [`Verdict::Wrong`].
    ///
    /// # Errors
    /// [`HasherError`].
    pub async fn verify(&self, stored: Option<String>, normal_password: SecretString) -> Result<Verdict, HasherError> {
        self.in_turn(move |shared| shared.verify(stored.as_deref(), &normal_password)).await
    }

    /// [`judge`] in turn with the hashing, because it can take as long.
    ///
    /// # Errors
    /// [`HasherError`]; the judgement itself is the value.
    pub async fn judge(
        &self,
        normal_password: SecretString,
        personal: Vec<String>,
    ) -> Result<Result<(), Weakness>, HasherError> {
        self.in_turn(move |_| {
            let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
            Ok(judge(normal_password.expose_secret(), &personal))
        })
        .await
    }

    /// How many hashes have been computed, for tests that count them.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.0.runs.load(Ordering::SeqCst)
    }

    /// Runs `work` on a thread of its own when it is its turn. The permits go with it: a
    /// caller that hangs up does not make room while its hash is still being computed.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, HasherError> + Send + 'static,
    ) -> Result<T, HasherError> {
        let shared = Arc::clone(&self.0);
        let place = Arc::clone(&shared.admitted).try_acquire_owned().map_err(|_| HasherError::Busy)?;
        let turn = timeout(shared.patience, Arc::clone(&shared.running).acquire_owned())
            .await
            .map_err(|_| HasherError::Busy)?
            .map_err(|closed| failed(&closed))?;
        spawn_blocking(move || {
            let _held_until_done = (place, turn);
            work(&shared)
        })
        .await
        .map_err(|panicked| failed(&panicked))?
    }
}

impl Shared {
    fn hash(&self, password: &SecretString) -> Result<String, HasherError> {
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

    fn verify(&self, stored: Option<&str>, password: &SecretString) -> Result<Verdict, HasherError> {
        let Some(stored) = stored.and_then(Stored::read) else {
            let dummy = Stored::read(&self.dummy).ok_or(HasherError::Failed)?;
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

    fn is_right(&self, stored: &Stored, password: &SecretString) -> Result<bool, HasherError> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        // The cost of this computation is the stored one, not the configured one.
        match Argon2::default().verify_password(password.expose_secret().as_bytes(), &stored.hash) {
            Ok(()) => Ok(true),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(broken) => Err(failed(&broken)),
        }
    }
}

impl Stored {
    /// Reads what the database holds; `None`, with a line in the log, for anything but a
    /// whole argon2id hash.
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

    /// Whether guessing this password costs less than `cost`. The lanes do not count:
    /// they divide the same work.
    fn costs_less_than(&self, cost: Cost) -> bool {
        self.params.m_cost() < cost.m_kib
            || self.params.t_cost() < cost.t
            || self.hash.version != Some(Version::V0x13.into())
    }
}

/// A hash that no password has: its output was drawn, not computed. Comparing with it
/// costs what comparing with a real one does.
fn dummy(cost: Cost, random: &Random) -> String {
    let salt = STANDARD_NO_PAD.encode(random.bytes::<SALT_BYTES>());
    let output = STANDARD_NO_PAD.encode(random.bytes::<OUTPUT_BYTES>());
    let Cost { m_kib, t, p } = cost;
    format!("$argon2id$v=19$m={m_kib},t={t},p={p}${salt}${output}")
}

fn failed(cause: &dyn core::fmt::Display) -> HasherError {
    tracing::error!(%cause, "a password could not be hashed");
    HasherError::Failed
}

#[cfg(test)]
mod tests;
