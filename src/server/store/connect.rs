//! Opening the database and bringing its schema up to date.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, Live, Outage, Permits, StoreError, Writer, outage, schema};

/// How long a request waits for a connection or for SQLite's write lock.
const PATIENCE: Duration = Duration::from_secs(5);
/// The connections with which one process reads from SQLite. One more connection writes.
const SQLITE_READERS: u32 = 7;
/// The connections of one process to PostgreSQL, which by default accepts 100 in total.
const POSTGRES_CONNECTIONS: u32 = 20;

/// How many times a process tries to create the ledger of erasures, and the pause between two tries.
const LEDGER_TRIES: u32 = 5;
const LEDGER_PAUSE: Duration = Duration::from_millis(200);

/// How many times a closing process tries to leave only SQLite's one file, and the pause before each try: another
/// process may be using the database.
const CLOSING_TRIES: u32 = 10;
const CLOSING_PAUSE: Duration = Duration::from_millis(20);

/// PostgreSQL rolls a transaction back after this time without a statement. Otherwise, after a process has stopped
/// in the middle of a transaction, others would wait for its locks for ever. The time is longer than any request
/// may take.
const IDLE_LIMIT: (&str, &str) = ("idle_in_transaction_session_timeout", "15s");

impl Db {
    /// Opens `url` (`sqlite://path` or `postgres://…`) and migrates it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database cannot be reached, [`StoreError::Migrate`] if a migration fails,
    /// [`StoreError::Unadoptable`] if an earlier program made the tables and this one cannot take them over.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let db = Self::connect(url).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens `url` without migrating it, and creates a missing SQLite file.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            make_folder_of(sqlite_options(url)?.get_filename()).await?;
        }
        Self::connect_with(url, true).await
    }

    /// Opens `url` without migrating it; a SQLite file must exist.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn existing(url: &str) -> Result<Self, StoreError> {
        Self::connect_with(url, false).await
    }

    async fn connect_with(url: &str, or_make: bool) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let options = sqlite_options(url)?.create_if_missing(or_make);
            let pool =
                SqlitePoolOptions::new().acquire_timeout(PATIENCE).after_release(|conn, _| Box::pin(is_whole(conn)));
            let named = |error| of(outage::of_file(&options, error));
            let writer = pool.clone().max_connections(1).connect_with(options.clone()).await.map_err(named)?;
            let readers = pool.max_connections(SQLITE_READERS).connect_with(options.clone()).await.map_err(named)?;
            Ok(Self::Sqlite(readers, Live::default(), Writer::new(writer)))
        } else {
            let options = PgConnectOptions::from_str(url)?.options([IDLE_LIMIT]);
            let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(PATIENCE);
            match pool.connect_with(options.clone()).await {
                Ok(pool) => Ok(Self::Postgres(pool, Live::default(), Permits::new(POSTGRES_CONNECTIONS, PATIENCE))),
                Err(error) => Err(of(outage::of_server(&options, error).await)),
            }
        }
    }

    /// Says which database it is: host, port and name, or the file.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Sqlite(pool, ..) => pool.connect_options().get_filename().display().to_string(),
            Self::Postgres(pool, ..) => outage::server(&pool.connect_options()),
        }
    }

    /// Gives an error that came before there was a connection the name of the database and the reason.
    pub(super) async fn named<T>(&self, result: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        let error = match result {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        Err(of(match self {
            Self::Sqlite(pool, ..) => outage::of_file(&pool.connect_options(), error),
            // Boxed, because every action begins a transaction, and few fail.
            Self::Postgres(pool, ..) => Box::pin(outage::of_server(&pool.connect_options(), error)).await,
        }))
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        schema::ACCOUNTS.bring_up_to_date(self).await.map_err(|error| error.at(self))
    }

    /// Whether the database has run every migration that this program knows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer.
    pub async fn is_ready(&self) -> Result<bool, StoreError> {
        schema::is_up_to_date(self).await
    }

    /// Makes SQLite write its log into the database and empty the log. Until then the log contains earlier states
    /// of pages, and so data that was erased since. While a reader still uses such a state, SQLite cannot empty the
    /// log; the next call tries again. This call waits only briefly, because no other connection can write
    /// meanwhile.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        const WAIT: &str = "PRAGMA busy_timeout = 100";
        let Self::Sqlite(pool, ..) = self else { return Ok(()) };
        let mut conn = pool.acquire().await?;
        // The connection is closed in every case, also if the caller is dropped: its short timeout must not reach
        // another user of the pool.
        conn.close_on_drop();
        sqlx::query(WAIT).execute(&mut *conn).await?;
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *conn).await;
        // The next connection that the pool opens has the usual timeout again.
        conn.close().await?;
        emptied?;
        Ok(())
    }

    /// Closes every connection, at the end of the process. If no other process uses a SQLite database, its one file
    /// then contains everything.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool, _, writer) => {
                tokio::join!(pool.close(), writer.pool().close());
                leave_one_file(&pool.connect_options()).await;
            }
            Self::Postgres(pool, ..) => pool.close().await,
        }
    }
}

/// Whether a connection has ended its transaction, so that the pool may keep it. After some errors, such as a full disk,
/// SQLite rolls the transaction back by itself. sqlx 0.9.0 goes on counting it and begins no other one, so that this
/// process could write nothing any more.
async fn is_whole(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Waits for the `ROLLBACK` of a transaction that was dropped.
    conn.ping().await?;
    Ok(!conn.is_in_transaction())
}

fn of(outage: Result<Outage, sqlx::Error>) -> StoreError {
    outage.map_or_else(StoreError::from, StoreError::Unavailable)
}

impl StoreError {
    /// Names the database of an error that came after there was a connection to it.
    pub(super) fn at(self, db: &Db) -> Self {
        match self {
            Self::Unavailable(outage) => Self::Unavailable(outage.at(db.place())),
            error => error,
        }
    }
}

/// Opens and closes one more connection as long as SQLite's log exists. The last connection to close writes the log
/// into the database and removes it. But if two close at the same moment, each takes the other for the last; and a
/// connection that a cancelled request was opening may close later. Then the log stays, and an operator who copies
/// only the one file loses data.
async fn leave_one_file(options: &SqliteConnectOptions) {
    let mut log = options.get_filename().as_os_str().to_owned();
    log.push("-wal");
    for _ in 0..CLOSING_TRIES {
        if !tokio::fs::try_exists(&log).await.unwrap_or(false) {
            return;
        }
        tokio::time::sleep(CLOSING_PAUSE).await;
        if let Ok(last) = options.clone().create_if_missing(false).connect().await {
            let _ = last.close().await;
        }
    }
}

/// Opens the ledger of erasures and migrates it.
pub(super) async fn open_ledger(url: &str) -> Result<Db, StoreError> {
    let mut tries = LEDGER_TRIES;
    loop {
        tries -= 1;
        match make_ledger(url).await {
            // On SQLite two processes that start together may create the ledger at the same time. The second one
            // fails, and finds the finished ledger at its next try.
            Err(error) if tries > 0 && !matches!(error, StoreError::LedgerInside) && url.starts_with("sqlite:") => {
                tokio::time::sleep(LEDGER_PAUSE).await;
            }
            made => return made,
        }
    }
}

async fn make_ledger(url: &str) -> Result<Db, StoreError> {
    let db = Db::connect(url).await?;
    if schema::ACCOUNTS.is_in(&db).await.map_err(|error| error.at(&db))? {
        return Err(StoreError::LedgerInside);
    }
    schema::LEDGER.bring_up_to_date(&db).await.map_err(|error| error.at(&db))?;
    Ok(db)
}

/// Creates the folder of a database file that does not exist yet, unreadable for other users of the machine.
async fn make_folder_of(file: &Path) -> Result<(), StoreError> {
    let Some(folder) = file.parent() else { return Ok(()) };
    let made = tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).await;
    made.map_err(|error| StoreError::Unavailable(Outage::of_folder(file, &error)))
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    Ok(SqliteConnectOptions::from_str(url)?
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: losing a committed password change in a power cut is worse than a slower commit.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        // SQLite overwrites deleted data with zeros instead of only unlinking it.
        .pragma("secure_delete", "ON"))
}
