//! The database. Only this module uses sqlx.
//!
//! One SQL text serves SQLite and PostgreSQL (`$1` works in both). A [`Tx`] is one transaction; its methods are the
//! statements, one file per table. Callers pass every point in time as a parameter. No statement asks the database
//! for the time, so both databases use the clock of Signet.

mod api_tokens;
mod connect;
mod deletion;
mod detached;
mod email_change;
mod export;
mod invariants;
mod limits;
mod live;
mod live_row;
mod mail_links;
mod outage;
mod outbox;
mod permits;
mod providers;
mod reach;
mod schema;
mod security_log;
mod sessions;
mod sign_in;
mod sudo;
mod transaction;
mod unprefixed;
mod users;
mod writer;

use sqlx::{PgPool, SqlitePool};

pub(crate) use self::transaction::{execute, one_row, with_conn};
pub use self::{
    api_tokens::{ApiTokenOwner, NewApiToken},
    deletion::{clock::ClockNotes, deletions::ClaimedDeletion, ledger::Ledger},
    email_change::NewEmailChange,
    export::{
        exported::{Exported, ExportedChange, ExportedEvent, ExportedLetter, ExportedLink, ExportedSession},
        exports::NewExport,
    },
    invariants::Breach,
    limits::LimitKey,
    live::{AccountSubscription, Live},
    live_row::LiveRow,
    mail_links::{MailLink, NewMailLink},
    outage::Outage,
    outbox::{ClaimedLetter, DueLetter, NewLetter},
    permits::{Permit, Permits},
    providers::{
        attempts::{Attempt, NewAttempt},
        identities::{LinkedIdentity, NewIdentity},
    },
    reach::Reach,
    security_log::{EventRow, NewEvent},
    sessions::{
        HeldSession, NewSession, SessionOwner,
        own_sessions::{SessionLine, Since},
    },
    sudo::{NewSudoCode, SudoCode},
    transaction::{Announced, Held, Snapshot, Tx},
    users::{NewUser, SignInRow},
    writer::Writer,
};

/// A pool of connections to one of the two databases, and the list of subscribers in this process.
#[derive(Clone)]
pub enum Db {
    /// The embedded database, the default, for one Signet process: the connections that read, and the one that writes.
    Sqlite(SqlitePool, Live, Writer),
    /// A database server, for any number of Signet processes, and the queue for its connections.
    Postgres(PgPool, Live, Permits),
}

/// Why a statement or a transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or used now, or the pool had no free connection in time. Trying later may help.
    #[error("{0}")]
    Unavailable(#[source] Outage),
    /// Two transactions waited for each other, and the database rolled this one back. A second try may succeed.
    #[error("the database rolled the transaction back to let another one continue: {0}")]
    Deadlock(#[source] sqlx::Error),
    /// The connection broke during the commit, so the transaction may or may not be committed.
    #[error("the database's answer to a commit was lost: {0}")]
    Undecided(#[source] Outage),
    /// A unique index refused the row: another transaction inserted the same key first.
    #[error("a row with this key exists")]
    Conflict,
    /// A foreign key refused the row: the row that it refers to is gone.
    #[error("a row that this one belongs to is gone")]
    Orphan,
    /// The database holds a value that no version of Signet writes.
    #[error("unreadable {0} in the database")]
    Corrupt(&'static str),
    /// An early version of Signet made the tables, and this version cannot take them over.
    #[error("an early version of Signet made the tables, and this version cannot take them over")]
    Unadoptable,
    /// The tables are not those of this version, and the role of the URL may not change them.
    #[error(
        "the tables are older than this version of Signet, and this role may not change them; run `signet migrate` as \
         the role that owns them"
    )]
    Unmigrated,
    /// The setting puts the ledger of erasures into the accounts' own database. A restore would then bring back
    /// both together.
    #[error("`deletion.ledger` is the accounts' own database; the ledger needs one of its own")]
    LedgerInside,
    /// A migration failed.
    #[error("migration failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The ledger of erasures failed; the database itself works.
    #[error("the ledger of erasures: {0}")]
    Ledger(#[source] Box<StoreError>),
    /// The ledger holds an erasure that this database has not carried out.
    #[error("the database is older than its ledger of erasures; run `signet replay-erasures`")]
    LedgerAhead,
    /// Anything else.
    #[error("{0}")]
    Other(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(db) if db.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(db) if db.is_foreign_key_violation() => Self::Orphan,
            sqlx::Error::Database(db) if matches!(db.code().as_deref(), Some("40001" | "40P01")) => {
                Self::Deadlock(error)
            }
            _ if outage::is_outage(&error) => Self::Unavailable(error.into()),
            _ => Self::Other(error),
        }
    }
}
