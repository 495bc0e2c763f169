//! The reasons for which the program does not do what its arguments ask.

use signet::server::{
    config::{SettingError, Settings},
    crypto::breached::{ListError, build::BuildError},
    lifecycle,
    serve::StartError,
    store::StoreError,
};

/// The reason, in one line.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting is wrong.
    #[error("{0}")]
    Setting(#[from] SettingError),
    /// The table that belongs to Leptos is wrong.
    #[error("Leptos.toml or a variable LEPTOS_…: {0}; accepted: what cargo-leptos documents")]
    Leptos(String),
    /// The site cannot be served or checked.
    #[error("{0}")]
    Start(#[from] StartError),
    /// An operator put an old copy of the ledger back, and erasures were written to it since.
    #[error(
        "deletion.ledger: {0} erasures that the database lacks are missing from the ledger; accepted: its newest copy, \
         or `signet replay-erasures --incomplete` to pass over them"
    )]
    EntriesMissing(usize),
    /// The key is missing that says which accounts some entries of the ledger name.
    #[error(
        "SIGNET_SECRET_KEY: {0} entries of the ledger of erasures were made with a key that is not in it; \
         accepted: the same keys and that one after them, or `signet replay-erasures --incomplete` to pass over them"
    )]
    KeyMissing(usize),
    /// Postponing is irreversible, so a clock that is ahead must not decide the new date.
    #[error("--postpone: this machine's clock was found ahead; set it right, or run `signet clock confirm` first")]
    ClockAhead,
    /// `signet check` has found something.
    #[error("found in the database, and must not be: {0} (of each kind 20 are named at most)")]
    Breaches(usize),
    /// An operator named an account that does not exist.
    #[error("{0:?} is the address of no account")]
    UnknownAddress(String),
    /// A command does not fit the state of the account.
    #[error("{address}: {problem}")]
    Unfit {
        /// The address of the account.
        address: String,
        /// Why nothing was done.
        problem: &'static str,
    },
    /// No list of breached passwords was made.
    #[error("{path}: {error}")]
    NotBuilt {
        /// The public list.
        path: String,
        /// What is wrong with it.
        error: BuildError,
    },
    /// A file is no list of breached passwords.
    #[error("{path}: {error}")]
    List {
        /// The file.
        path: String,
        /// What is wrong with it.
        error: ListError,
    },
    /// The database cannot be checked.
    #[error("not a database of this version of Signet, until it has been started once")]
    NotMigrated,
    /// `RUST_LOG` cannot be read.
    #[error(
        "RUST_LOG: {0:?} cannot be used; accepted: a level (error, warn, info, debug, trace), or levels for parts of \
         the program, such as \"info,signet=debug\""
    )]
    Log(String),
}

impl Failure {
    /// Names the setting that the failure is about, with its value and what is accepted.
    #[must_use]
    pub fn naming(self, settings: &Settings) -> Self {
        match self {
            Self::Start(error) => Self::Start(error.naming(settings)),
            Self::NotMigrated => Self::Setting(settings.database_error(&Self::NotMigrated)),
            other => other,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Start(error.into())
    }
}

impl From<lifecycle::Error> for Failure {
    fn from(error: lifecycle::Error) -> Self {
        Self::Start(error.into())
    }
}
