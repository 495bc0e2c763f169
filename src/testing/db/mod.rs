//! A new, migrated database for every test, removed when the test ends.
//!
//! Migrating takes longer than most tests, so each process does it once: on SQLite each test gets a copy of the
//! migrated file, on PostgreSQL the migrated database is the template of the others.

mod postgres_server;

use sqlx::{
    AssertSqlSafe, Column, Connection, PgConnection, Row, SqliteConnection, TypeInfo, ValueRef,
    postgres::PgRow,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use self::postgres_server::{Database, Server};
use super::folder::temporary_folder;
use crate::{
    domain::id::hex,
    server::store::{Db, StoreError},
};

/// A row with more characters than this is too wide for one line.
const WIDE: usize = 80;

/// The database of one test.
pub struct TestDb {
    /// The pool that the program gets.
    pub db: Db,
    url: String,
    home: Home,
}

/// The object that holds the data, and removes it when dropped.
enum Home {
    Folder { _folder: TempDir },
    Server { database: Database },
}

impl TestDb {
    /// A database on SQLite, and another on PostgreSQL where there is a server.
    pub async fn each() -> Vec<Self> {
        let mut each = vec![Self::sqlite().await];
        each.extend(Self::postgres().await);
        each
    }

    /// A database on SQLite.
    pub async fn sqlite() -> Self {
        let folder = temporary_folder();
        let file = folder.path().join("signet.db");
        std::fs::write(&file, sqlite_template().await).unwrap();
        let url = format!("sqlite://{}", file.display());
        Self::open(url, Home::Folder { _folder: folder }).await
    }

    /// A database on the server that `SIGNET_TEST_POSTGRES_URL` names; `None` without that variable.
    pub async fn postgres() -> Option<Self> {
        Some(Self::on(Server::named()?).await)
    }

    /// A new database on the PostgreSQL server of `url`, which names a role that may create databases:
    /// `postgres://postgres:PASSWORD@127.0.0.1/postgres`.
    pub async fn postgres_at(url: &str) -> Self {
        Self::on(Server::at(url)).await
    }

    async fn on(server: &'static Server) -> Self {
        let database = server.copy_template();
        let url = database.url();
        Self::open(url, Home::Server { database }).await
    }

    /// An empty one on the server, without Signet's tables.
    pub async fn postgres_empty() -> Option<Self> {
        let server = Server::named()?;
        let database = server.copy("template1");
        let url = database.url();
        Some(Self::open(url, Home::Server { database }).await)
    }

    /// A database on SQLite that contains only what `statements` create.
    pub async fn sqlite_from(statements: &str) -> Self {
        let folder = temporary_folder();
        let url = format!("sqlite://{}", folder.path().join("signet.db").display());
        let mut options: SqliteConnectOptions = url.parse().unwrap();
        options = options.create_if_missing(true);
        let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        Self::open(url, Home::Folder { _folder: folder }).await
    }

    /// A database on the server that contains only what `statements` create; `None` without a server.
    pub async fn postgres_from(statements: &str) -> Option<Self> {
        let server = Server::named()?;
        let database = server.copy("template1");
        let url = database.url();
        let mut conn = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        Some(Self::open(url, Home::Server { database }).await)
    }

    /// A copy of its present state, as from a backup.
    pub async fn backup(&self) -> Self {
        match (&self.db, &self.home) {
            (Db::Sqlite(pool, ..), _) => {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("signet.db").display().to_string();
                sqlx::query("VACUUM INTO $1").bind(&file).execute(pool).await.unwrap();
                Self::open(format!("sqlite://{file}"), Home::Folder { _folder: folder }).await
            }
            (Db::Postgres(..), Home::Server { database }) => {
                let database = database.copy();
                let url = database.url();
                Self::open(url, Home::Server { database }).await
            }
            _ => unreachable!("a database of the server's"),
        }
    }

    async fn open(url: String, home: Home) -> Self {
        let db = Db::connect(&url).await.unwrap();
        Self { db, url, home }
    }

    /// Its URL, for a process or a pool of the test's own.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is the one on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self.db, Db::Postgres(..))
    }

    /// The result of a query, one line a row: the values' text with `|` between them, `NULL` for none, and bytes as
    /// PostgreSQL writes them (`\x00ff`).
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql));
        let rows = match &self.db {
            Db::Sqlite(pool, ..) => query.fetch_all(pool).await.map(|rows| lines(&rows, sqlite_text)),
            Db::Postgres(pool, ..) => query.fetch_all(pool).await.map(|rows| lines(&rows, postgres_text)),
        };
        rows.unwrap_or_else(|error| panic!("{error}: {sql}"))
    }

    /// The result of a query with the names of the columns, in the form that snapshots of tests compare: a line for
    /// each row, or a line for each column if there is one row and it is wide. The values are as in [`Self::rows`].
    pub async fn table(&self, sql: &str) -> String {
        let query = sqlx::raw_sql(AssertSqlSafe(sql));
        let lines = match &self.db {
            Db::Sqlite(pool, ..) => query.fetch_all(pool).await.map(|rows| named(&rows, sqlite_text)),
            Db::Postgres(pool, ..) => query.fetch_all(pool).await.map(|rows| named(&rows, postgres_text)),
        };
        match lines.unwrap_or_else(|error| panic!("{error}: {sql}")).as_slice() {
            [names, row] if row.concat().len() > WIDE => {
                let pairs = names.iter().zip(row).map(|(name, value)| vec![name.clone(), value.clone()]);
                in_columns(&pairs.collect::<Vec<_>>())
            }
            lines => in_columns(lines),
        }
    }

    /// Runs a test's own statements; returns how many rows they affected.
    ///
    /// # Errors
    /// [`StoreError`], if the database refuses a statement.
    pub async fn run(&self, sql: &str) -> Result<u64, StoreError> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql));
        Ok(match &self.db {
            Db::Sqlite(pool, ..) => query.execute(pool).await?.rows_affected(),
            Db::Postgres(pool, ..) => query.execute(pool).await?.rows_affected(),
        })
    }
}

fn lines<R: Row>(rows: &[R], text: impl Fn(&R, usize) -> Option<String>) -> Vec<String> {
    rows.iter().map(|row| values(row, &text).join("|")).collect()
}

/// The names of the columns, and the values of each row.
fn named<R: Row>(rows: &[R], text: impl Fn(&R, usize) -> Option<String>) -> Vec<Vec<String>> {
    let names = rows.first().map(|row| row.columns().iter().map(|column| column.name().to_owned()).collect());
    names.into_iter().chain(rows.iter().map(|row| values(row, &text))).collect()
}

fn values<R: Row>(row: &R, text: impl Fn(&R, usize) -> Option<String>) -> Vec<String> {
    let columns = row.columns().iter().map(Column::ordinal);
    columns.map(|at| text(row, at).unwrap_or_else(|| "NULL".to_owned())).collect()
}

/// Lines in which each column is as wide as its longest value.
fn in_columns(lines: &[Vec<String>]) -> String {
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default();
    let line = |line: &Vec<String>| {
        let cells = line.iter().enumerate().map(|(at, value)| format!("{value:width$}", width = width(at)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn sqlite_text(row: &SqliteRow, at: usize) -> Option<String> {
    let is_blob = row.try_get_raw(at).is_ok_and(|value| value.type_info().name() == "BLOB");
    if is_blob {
        return row.get_unchecked::<Option<Vec<u8>>, _>(at).map(|bytes| format!("\\x{}", hex(&bytes)));
    }
    row.get_unchecked(at)
}

fn postgres_text(row: &PgRow, at: usize) -> Option<String> {
    // With raw SQL every value arrives as text, whatever its type.
    row.get_unchecked(at)
}

/// The bytes of a migrated SQLite file.
async fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(async || {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("template.db");
            let db = Db::open(&format!("sqlite://{}", file.display())).await.unwrap();
            let Db::Sqlite(pool, ..) = &db else { unreachable!("opened as SQLite") };
            // The file alone would lack what is still in the write-ahead log.
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await.unwrap();
            db.close().await;
            std::fs::read(file).unwrap()
        })
        .await
}
