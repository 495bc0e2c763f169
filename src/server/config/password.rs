//! Section `password`: the accepted lengths, and the cost of hashing.

use std::{num::NonZero, path::PathBuf, thread};

use serde::Deserialize;

use super::{
    Environment,
    error::SettingError,
    value::{self, number},
};
use crate::{
    domain::password::LengthRule,
    server::crypto::{breached::BreachedList, hasher::Cost},
};

/// Passwords.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// The shortest accepted password, in code points after NFC.
    ///
    /// ASVS V6.2.1 requires 8 at least. A minimum above 64 would refuse passwords that V6.2.9 wants accepted.
    #[serde(deserialize_with = "number::<_, _, 8, 64>")]
    pub min_length: u16,
    /// The longest accepted password, in code points after NFC.
    ///
    /// ASVS V6.2.9 requires 64 at least.
    #[serde(deserialize_with = "number::<_, _, 64, 1_024>")]
    pub max_length: u16,
    /// A list of passwords that are known from data breaches, which `signet breached build` has made. Signet refuses
    /// them as new passwords. Without it: only the common passwords that the program knows itself.
    #[serde(default, deserialize_with = "value::file")]
    pub breached_file: Option<PathBuf>,
    /// How many passwords are hashed at a time, and half as many are judged. Without it: one for each processor.
    #[serde(default = "processors", deserialize_with = "number::<_, _, 1, 256>")]
    pub threads: usize,
    /// The cost of hashing a password.
    #[serde(with = "Argon2")]
    pub argon2: Cost,
}

/// The keys of [`Cost`].
#[derive(Deserialize)]
#[serde(remote = "Cost", deny_unknown_fields)]
struct Argon2 {
    /// The memory of argon2id, in KiB. In production `m` and `t` together must reach OWASP's minimum, which the
    /// defaults do.
    ///
    /// argon2 requires 8 KiB for each lane. More than a GiB for one sign-in must be a typing error.
    #[serde(rename = "m", deserialize_with = "number::<_, _, 128, 1_048_576>")]
    m_kib: u32,
    /// Passes.
    #[serde(deserialize_with = "number::<_, _, 1, 64>")]
    t: u32,
    /// Lanes.
    #[serde(deserialize_with = "number::<_, _, 1, 16>")]
    p: u32,
}

impl Password {
    /// Returns how long passwords may be.
    #[must_use]
    pub const fn length(&self) -> LengthRule {
        LengthRule { min: self.min_length, max: self.max_length }
    }

    /// Opens the list of breached passwords, if the settings name one.
    pub(super) fn breached(&self) -> Result<Option<BreachedList>, SettingError> {
        let Some(path) = &self.breached_file else { return Ok(None) };
        BreachedList::open(path).map(Some).map_err(|error| {
            let problem = format!("{:?} {error}", path.display().to_string());
            SettingError::new("password.breached_file", problem, "a file that `signet breached build` has made")
        })
    }

    /// Refuses, in production, a hash that is cheaper than OWASP's minimum.
    pub(super) fn check(&self, environment: Environment) -> Result<(), SettingError> {
        if environment == Environment::Development || self.argon2.is_enough() {
            return Ok(());
        }
        let Cost { m_kib, t, .. } = self.argon2;
        Err(SettingError::new(
            "password.argon2",
            format!("m = {m_kib}, t = {t} is too cheap for production"),
            "at least m = 19456 with t = 2, or another pair that OWASP recommends",
        ))
    }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
