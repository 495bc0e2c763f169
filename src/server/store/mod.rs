//! The database: the only place that names sqlx.
//!
//! One SQL text serves SQLite and PostgreSQL (`$1` works in both). A [`Tx`] is one
//! transaction; its methods are the statements, one file per table. Times are bound,
//! never asked of the database, so one clock rules both.

mod api_tokens;
mod connect;
mod deletion;
mod email_change;
mod export;
mod invariants;
mod jobs;
mod live;
mod mail_links;
mod outbox;
mod providers;
mod schema;
mod security_log;
mod sessions;
mod sign_in;
mod sudo;
mod users;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use self::{
    api_tokens::{ApiTokenOwner, NewApiToken},
    deletion::{clock::ClockNotes, ledger::Ledger},
    email_change::NewEmailChange,
    export::{
        exported::{Exported, ExportedChange, ExportedEvent, ExportedLetter, ExportedLink, ExportedSession},
        exports::NewExport,
    },
    invariants::Breach,
    jobs::{DELETION_QUEUE, DeletionJob, EXPORT_QUEUE, ExportJob, LETTER_QUEUE, LetterJob, Priority},
    live::{Announced, Live, LiveRow, Watch},
    mail_links::{MailLink, NewMailLink},
    outbox::{DueLetter, NewLetter},
    providers::{
        attempts::{Attempt, NewAttempt},
        identities::{LinkedIdentity, NewIdentity},
    },
    security_log::{EventRow, NewEvent},
    sessions::{
        NewSession, SessionOwner,
        own_sessions::{SessionLine, Since},
    },
    sudo::{NewSudoCode, SudoCode},
    users::{NewUser, SignInRow},
};

/// A pool of connections to one of the two databases, and who in this process watches what
/// happens there.
#[derive(Clone)]
pub enum Db {
    /// The embedded default, for one Signet process.
    Sqlite(SqlitePool, Live),
    /// A server, for any number of Signet processes.
    Postgres(PgPool, Live),
}

/// One transaction. Dropping it takes everything back.
pub enum Tx {
    /// On SQLite, which tells nobody of a commit by itself.
    Sqlite(Transaction<'static, Sqlite>, Announced),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same expression on whichever connection the transaction holds.
macro_rules! with_conn {
    ($tx:expr, |$conn:ident| $body:expr) => {{
        fail::fail_point!("statement");
        match $tx {
            $crate::server::store::Tx::Sqlite(tx, _) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::server::store::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    }};
}
pub(crate) use with_conn;

/// What the database refused or failed to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or had no connection free in time. Trying later may help.
    #[error("the database cannot be reached: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// Two transactions waited for each other and this one was taken back; done again it may pass.
    #[error("taken back to let another transaction pass: {0}")]
    Deadlock(#[source] sqlx::Error),
    /// The connection broke while committing: it may be done, and it may not.
    #[error("the database's answer to a commit was lost: {0}")]
    Undecided(#[source] sqlx::Error),
    /// A unique index refused the row: somebody else was first.
    #[error("a row with this key exists")]
    Conflict,
    /// What the row belongs to is gone.
    #[error("a row that this one belongs to is gone")]
    Orphan,
    /// A stored value that no version of Signet writes.
    #[error("unreadable {0} in the database")]
    Corrupt(&'static str),
    /// Migrating failed.
    #[error("migration failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The ledger of erasures did not do what it was asked to; the database is well.
    #[error("the ledger of erasures: {0}")]
    Ledger(#[source] Box<StoreError>),
    /// The ledger holds an erasure that this database does not know of.
    #[error("the database is older than its ledger of erasures; run `signet replay-erasures`")]
    LedgerAhead,
    /// The job could not be written.
    #[error("job could not be written: {0}")]
    Job(Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("{0}")]
    Other(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::Database(db) if db.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(db) if db.is_foreign_key_violation() => Self::Orphan,
            sqlx::Error::Database(db) if matches!(db.code().as_deref(), Some("40001" | "40P01")) => {
                Self::Deadlock(error)
            }
            sqlx::Error::Database(db) if means_unavailable(db.code().as_deref()) => Self::Unavailable(error),
            _ => Self::Other(error),
        }
    }
}

/// SQLite: busy, read-only, I/O error, disk full, cannot open. PostgreSQL: classes 08, 53 and
/// 57P, closed to connections, idle for too long, and read-only after a fail-over (all may pass
/// when retried).
fn means_unavailable(code: Option<&str>) -> bool {
    code.is_some_and(|code| match code.parse::<u16>() {
        // SQLite: the lowest byte is the error, the others say more about it.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 8 | 10 | 13 | 14),
        _ => {
            let passing_class = ["08", "53", "57P"].iter().any(|class| code.starts_with(class));
            passing_class || matches!(code, "25P03" | "25006" | "55000")
        }
    })
}

impl Db {
    /// Begins a transaction that writes. On SQLite it takes the write lock at once
    /// (`BEGIN IMMEDIATE`): a deferred one that reads first fails with `SQLITE_BUSY`
    /// as soon as two of them meet, whatever the busy timeout.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no connection or the lock stays taken.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite(pool, live) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?, Announced::on(live)),
            Self::Postgres(pool, _) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads: one snapshot for one page.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no connection.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite(pool, live) => Tx::Sqlite(pool.begin().await?, Announced::on(live)),
            Self::Postgres(pool, _) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }
}

impl Tx {
    /// Makes everything that was done in the transaction last.
    ///
    /// # Errors
    /// [`StoreError::Undecided`] when nobody can tell; with any other nothing was done.
    pub async fn commit(self) -> Result<(), StoreError> {
        fail::fail_point!("commit");
        match self {
            Self::Sqlite(tx, announced) => {
                tx.commit().await?;
                announced.tell();
            }
            Self::Postgres(tx) => tx.commit().await.map_err(|error| match error.into() {
                StoreError::Unavailable(error) => StoreError::Undecided(error),
                refused => refused,
            })?,
        }
        fail::fail_point!("committed");
        Ok(())
    }

    /// Takes everything back now, instead of when the connection is next used.
    ///
    /// # Errors
    /// Any; the database takes it back by itself then.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx, _) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// Turns a count of affected rows into "exactly one", "none", or an error.
fn one_row(affected: u64, what: &'static str) -> Result<bool, StoreError> {
    match affected {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(StoreError::Corrupt(what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_means_unavailable() {
        // SQLite: busy (plain, recovering, outdated), read-only, I/O (read, fsync), full, cannot open.
        let sqlite = ["5", "261", "517", "8", "10", "266", "1034", "13", "14", "1038"];
        // PostgreSQL: connection lost, shutting down, too many, disk full, cut off while idle, read-only.
        let postgres = ["08006", "57P01", "53300", "53100", "25P03", "25006", "55000"];
        // SQLite: error, unique, check, not a database. PostgreSQL: unique, check, syntax.
        let lasting = ["1", "2067", "275", "26", "23505", "23514", "42601", "", "x"];
        for code in sqlite.into_iter().chain(postgres) {
            assert!(means_unavailable(Some(code)), "{code}");
        }
        for code in lasting {
            assert!(!means_unavailable(Some(code)), "{code}");
        }
        assert!(!means_unavailable(None));
    }
}
