//! Why the program does not do what it was called for.

use signet::server::{config::SettingError, lifecycle, serve::StartError, store::StoreError};

/// Why not, in one line.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting is wrong.
    #[error("{0}")]
    Setting(#[from] SettingError),
    /// Leptos' own table is wrong.
    #[error("Leptos.toml: {0}")]
    Leptos(String),
    /// The site cannot be served, or not be looked through.
    #[error("{0}")]
    Start(#[from] StartError),
    /// The ledger was put back as an old copy, and written to since.
    #[error(
        "deletion.ledger: {0} erasures that the database lacks are missing from the ledger; accepted: its newest copy, \
         or `signet replay-erasures --incomplete` to pass over them"
    )]
    EntriesMissing(usize),
    /// Nobody can tell whom entries of the ledger are about.
    #[error(
        "SIGNET_SECRET_KEY: {0} entries of the ledger of erasures were made with a key that is not in it; \
         accepted: the same keys and that one after them, or `signet replay-erasures --incomplete` to pass over them"
    )]
    KeyMissing(usize),
    /// A date that is moved away comes no nearer again.
    #[error("--postpone: this machine's clock was found ahead; set it right, or run `signet clock confirm` first")]
    ClockAhead,
    /// `signet check` has found something.
    #[error("found in the database, and must not be: {0} (of each kind 20 are named at most)")]
    Breaches(usize),
    /// It cannot be checked.
    #[error("database.url: not a database of this version of Signet; start it once, it is brought up to date then")]
    NotMigrated,
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
