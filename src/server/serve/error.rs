//! The reasons why the site cannot be served.

use std::net::SocketAddr;

use crate::{
    domain::deletion::erasure::ledger::LedgerStatus,
    server::{
        config::{SettingError, Settings},
        lifecycle, mail,
        store::StoreError,
    },
};

/// Why the site cannot be served. Each message is one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting cannot be used.
    #[error("{0}")]
    Setting(#[from] SettingError),
    /// A mail setting is wrong.
    #[error("{0}")]
    Mail(#[from] mail::SettingError),
    /// In development, other machines could reach the site and read its mailbox.
    #[error(
        "LEPTOS_SITE_ADDR: {0} can be reached from other machines, but the environment is development; \
         accepted: 127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production"
    )]
    NotLoopback(SocketAddr),
    /// The database cannot be opened.
    #[error("database.url: {0}")]
    Database(#[from] StoreError),
    /// The ledger of erasures cannot be used, so the database might contain erased accounts.
    #[error("deletion.ledger: {0}")]
    Ledger(lifecycle::Error),
    /// The database failed after it was opened.
    #[error("database.url: {0}")]
    Action(lifecycle::Error),
    /// The database has used another ledger of erasures.
    #[error(
        "deletion.ledger: the database has carried out the entries of another ledger of erasures, and has never used \
         this ledger; accepted: the other ledger, or `signet replay-erasures --adopt` to continue with this one"
    )]
    AnotherLedger,
    /// The database is older than its ledger, so it may contain erased accounts.
    #[error(
        "the database is older than its ledger of erasures (it carried out {carried_out} of {held} entries): \
         people who were erased may be in it; run `signet replay-erasures` first"
    )]
    OlderThanLedger {
        /// How many entries the database has carried out.
        carried_out: i64,
        /// How many entries the ledger holds.
        held: i64,
    },
    /// The process cannot listen at an address.
    #[error(
        "{setting}: Signet cannot listen at {address} ({error}); accepted: an address of this machine, with a port that \
         no other program uses"
    )]
    Listen {
        /// The name of the setting.
        setting: &'static str,
        /// Its value.
        address: SocketAddr,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The operating system refused something.
    #[error("{0}: {1}")]
    Io(&'static str, #[source] std::io::Error),
}

impl StartError {
    /// Names the setting of the database that the error is about, with its value and what is accepted.
    #[must_use]
    pub fn naming(self, settings: &Settings) -> Self {
        Self::Setting(match self {
            Self::Database(error) => settings.database_error(&error),
            Self::Action(error) => settings.database_error(&reason(&error)),
            Self::Ledger(error) => settings.ledger_error(&reason(&error)),
            other => return other,
        })
    }
}

/// What is wrong, without the kind of the error, which decides what people see.
fn reason(error: &lifecycle::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

impl From<lifecycle::Error> for StartError {
    fn from(error: lifecycle::Error) -> Self {
        if error.is_of_ledger() { Self::Ledger(error) } else { Self::Action(error) }
    }
}

/// Refuses a database that may contain erased accounts.
///
/// # Errors
/// [`StartError::AnotherLedger`], [`StartError::OlderThanLedger`].
pub fn ensure_ledger_current(status: LedgerStatus) -> Result<(), StartError> {
    match status {
        LedgerStatus::New | LedgerStatus::Current => Ok(()),
        LedgerStatus::Stranger => Err(StartError::AnotherLedger),
        LedgerStatus::Behind { carried_out, held } => Err(StartError::OlderThanLedger { carried_out, held }),
    }
}
