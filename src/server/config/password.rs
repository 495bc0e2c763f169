//! Section `password`: how long passwords may be, and what hashing one costs.

use std::{num::NonZero, thread};

use super::{
    Environment,
    error::SettingError,
    key::{self, Key},
    reader::Reader,
};
use crate::{domain::password::LengthRule, server::crypto::hasher::Cost};

/// Passwords.
#[derive(Clone, Copy, Debug)]
pub struct Password {
    /// How long they may be.
    pub length: LengthRule,
    /// What hashing one costs.
    pub argon2: Cost,
    /// How many are hashed at a time.
    pub threads: usize,
}

impl Password {
    /// Reads the section. In production a hash may not be cheaper than OWASP's floor.
    pub(super) fn read(reader: &Reader, environment: Environment) -> Result<Self, SettingError> {
        let argon2 = Cost {
            m_kib: reader.number(&key::ARGON2_M)?,
            t: reader.number(&key::ARGON2_T)?,
            p: reader.number(&key::ARGON2_P)?,
        };
        if environment == Environment::Production && !argon2.is_enough() {
            let Cost { m_kib, t, .. } = argon2;
            return Err(SettingError::new(
                "password.argon2",
                format!("m = {m_kib}, t = {t} is too cheap for production"),
                "at least m = 19456 with t = 2, or as much in another split (OWASP)",
            ));
        }
        let threads = reader.optional_number(&key::THREADS)?;
        let processors = || thread::available_parallelism().map_or(1, NonZero::get);
        Ok(Self {
            length: LengthRule { min: length(reader, &key::MIN_LENGTH)?, max: length(reader, &key::MAX_LENGTH)? },
            argon2,
            threads: threads.and_then(|n| n.try_into().ok()).unwrap_or_else(processors),
        })
    }
}

fn length(reader: &Reader, key: &Key) -> Result<u16, SettingError> {
    u16::try_from(reader.number(key)?).map_err(|_| reader.wrong(key))
}
