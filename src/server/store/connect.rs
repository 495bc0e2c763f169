//! Opening the database and bringing its schema up to date.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, Live, StoreError, schema};

/// How long a request waits for a connection or for SQLite's write lock.
const PATIENCE: Duration = Duration::from_secs(5);
/// Readers beside the one writer of SQLite.
const SQLITE_CONNECTIONS: u32 = 8;
/// Connections of one process to PostgreSQL, whose default limit is 100 for all.
const POSTGRES_CONNECTIONS: u32 = 20;

/// How often making the ledger of erasures is tried, and the pause in between.
const LEDGER_TRIES: u32 = 5;
const LEDGER_PAUSE: Duration = Duration::from_millis(200);

/// How often it is tried to leave SQLite's one file behind, and the pause before: another process may use it.
const CLOSING_TRIES: u32 = 10;
const CLOSING_PAUSE: Duration = Duration::from_millis(20);

/// A transaction whose process has stopped in the middle is taken back by the server, so that
/// the others do not wait for its locks for ever. Longer than any request may take.
const IDLE_LIMIT: (&str, &str) = ("idle_in_transaction_session_timeout", "15s");

impl Db {
    /// Opens `url` (`sqlite://path` or `postgres://…`) and migrates it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be reached, [`StoreError::Migrate`]
    /// when its schema cannot be brought up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let db = Self::connect(url).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens `url` as it is, if only as an empty file.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            make_folder_of(sqlite_options(url)?.get_filename()).await?;
        }
        Self::connect_with(url, true).await
    }

    /// Opens `url` as it is, if there is something.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn existing(url: &str) -> Result<Self, StoreError> {
        Self::connect_with(url, false).await
    }

    async fn connect_with(url: &str, or_make: bool) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let options = sqlite_options(url)?.create_if_missing(or_make);
            let pool = SqlitePoolOptions::new()
                .max_connections(SQLITE_CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_with(options)
                .await?;
            Ok(Self::Sqlite(pool, Live::default()))
        } else {
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_with(PgConnectOptions::from_str(url)?.options([IDLE_LIMIT]))
                .await?;
            Ok(Self::Postgres(pool, Live::default()))
        }
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Migrate`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        schema::ACCOUNTS.bring_up_to_date(self).await
    }

    /// Whether the database answers, and its schema is this program's.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not answer.
    pub async fn is_ready(&self) -> Result<bool, StoreError> {
        schema::is_up_to_date(self).await
    }

    /// Has SQLite write its log into the database and empty it. Until then the log has earlier
    /// states of pages, and with them what was erased since. While somebody reads one of those, it
    /// stays for the next time: nobody else can write while it waits.
    ///
    /// # Errors
    /// Any of the database's.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        const WAIT: &str = "PRAGMA busy_timeout = 100";
        let Self::Sqlite(pool, _) = self else { return Ok(()) };
        let mut conn = pool.acquire().await?;
        // Whatever happens, also when the caller goes away: it has too little patience for others.
        conn.close_on_drop();
        sqlx::query(WAIT).execute(&mut *conn).await?;
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *conn).await;
        // With the usual patience it comes back from the next opening.
        conn.close().await?;
        emptied?;
        Ok(())
    }

    /// Closes every connection; used on the way out. Where nobody else uses it, SQLite's one file then holds
    /// everything.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool, _) => {
                pool.close().await;
                leave_one_file(&pool.connect_options()).await;
            }
            Self::Postgres(pool, _) => pool.close().await,
        }
    }
}

/// The last connection to SQLite writes the log into the database and removes it. When two end at the same moment each
/// takes the other for the last, and one that a cancelled request was opening ends when it likes: then the log stays,
/// and whoever copies the one file afterwards has half of the data. So somebody comes once more.
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
            // On SQLite nothing keeps two processes that start together from making it at once. The
            // one that comes second finds it done when it looks again.
            Err(error) if tries > 0 && !matches!(error, StoreError::LedgerInside) && url.starts_with("sqlite:") => {
                tokio::time::sleep(LEDGER_PAUSE).await;
            }
            made => return made,
        }
    }
}

async fn make_ledger(url: &str) -> Result<Db, StoreError> {
    let db = Db::connect(url).await?;
    if schema::ACCOUNTS.is_in(&db).await? {
        return Err(StoreError::LedgerInside);
    }
    schema::LEDGER.bring_up_to_date(&db).await?;
    Ok(db)
}

/// The folder of a database file that does not exist yet; nobody else on the machine may look
/// into it.
async fn make_folder_of(file: &Path) -> Result<(), StoreError> {
    let Some(folder) = file.parent() else { return Ok(()) };
    let made = tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).await;
    made.map_err(|error| sqlx::Error::Io(error).into())
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    Ok(SqliteConnectOptions::from_str(url)?
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a password change that a power cut takes back is worse than a slower commit.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        // Erased data is overwritten, not just unlinked.
        .pragma("secure_delete", "ON"))
}
