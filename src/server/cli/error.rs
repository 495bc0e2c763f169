//! Why the process cannot do what it was started for.

use std::net::SocketAddr;

use crate::{
    domain::deletion::erasure::ledger::Standing,
    server::{config::SettingError, lifecycle, mail, store::StoreError},
};

/// Why the process cannot start, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error("{0}")]
    Setting(#[from] SettingError),
    /// A mail setting is wrong.
    #[error("{0}")]
    Mail(#[from] mail::SettingError),
    /// Leptos' own table is wrong.
    #[error("Leptos.toml: {0}")]
    Leptos(String),
    /// The development mailbox would be open to everybody.
    #[error(
        "LEPTOS_SITE_ADDR: {0} can be reached from other machines, but the environment is development; \
         accepted: 127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production"
    )]
    NotLoopback(SocketAddr),
    /// The database cannot be opened.
    #[error("database.url: {0}")]
    Database(#[from] StoreError),
    /// The ledger of erasures cannot be used: nobody can tell what would be served.
    #[error("deletion.ledger: {0}")]
    Ledger(lifecycle::Error),
    /// The database did not do what it was asked to.
    #[error("database.url: {0}")]
    Action(lifecycle::Error),
    /// The ledger that says who was erased is not this one.
    #[error(
        "deletion.ledger: the database has carried out what another ledger of erasures holds, and knows nothing of \
         this one; accepted: that ledger, or `signet replay-erasures --adopt` to go on with this one"
    )]
    AnotherLedger,
    /// The ledger was put back as an old copy, and written to since.
    #[error(
        "deletion.ledger: {0} erasures that the database lacks are missing from the ledger; accepted: its newest copy, \
         or `signet replay-erasures --incomplete` to pass over them"
    )]
    EntriesMissing(usize),
    /// Who was erased may be back in a database that was restored.
    #[error(
        "the database is older than its ledger of erasures ({carried_out} of {held}): \
         people who were erased may be in it; run `signet replay-erasures` first"
    )]
    OlderThanLedger {
        /// Entries that the database has carried out.
        carried_out: i64,
        /// Entries that the ledger holds.
        held: i64,
    },
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
    /// Something of the operating system's.
    #[error("{0}: {1}")]
    Io(&'static str, #[source] std::io::Error),
}

impl From<lifecycle::Error> for StartError {
    fn from(error: lifecycle::Error) -> Self {
        if error.is_of_ledger() { Self::Ledger(error) } else { Self::Action(error) }
    }
}

/// Passes databases that hold nobody who was erased.
pub(super) fn refuse_doubtful(standing: Standing) -> Result<(), StartError> {
    match standing {
        Standing::New | Standing::Current => Ok(()),
        Standing::Stranger => Err(StartError::AnotherLedger),
        Standing::Behind { carried_out, held } => Err(StartError::OlderThanLedger { carried_out, held }),
    }
}
