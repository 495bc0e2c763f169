//! Where the process runs, and so what it may take for granted.

use super::{
    error::SettingError,
    sources::{self, Sources},
};

/// Where this process runs (`SIGNET_ENVIRONMENT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On the machine of whoever works on it: reached on loopback only, with a key made
    /// on the spot and a mailbox that anybody can read.
    Development,
    /// Where real accounts are.
    Production,
}

impl Environment {
    pub(super) fn read(sources: &Sources) -> Result<Self, SettingError> {
        match sources.variable(sources::ENVIRONMENT) {
            None | Some("development") => Ok(Self::Development),
            Some("production") => Ok(Self::Production),
            Some(other) => Err(SettingError::new(
                sources::ENVIRONMENT,
                format!("{other:?} is not an environment"),
                "\"development\" or \"production\"",
            )),
        }
    }
}
