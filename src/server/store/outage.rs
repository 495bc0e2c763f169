//! Why a database is not available, and which one.

use core::{fmt, time::Duration};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use rustix::{
    fs::{Access, access},
    io::Errno,
};
use sqlx::{
    ConnectOptions, Connection,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteError},
};
use tokio::time::timeout;

use crate::server::tls::cause;

/// How long a single connection may take that is only made to learn why none can be made.
const TRY: Duration = Duration::from_secs(2);

/// Why a database is not available, in one line. Never contains its password.
#[derive(Debug)]
pub struct Outage {
    /// The server and the database, or the file; `None` if the error came in the middle of a transaction.
    place: Option<String>,
    why: String,
}

impl Outage {
    /// The database has not answered within the time that its caller has.
    pub(super) fn late() -> Self {
        Self { place: None, why: "it did not answer in time".to_owned() }
    }

    /// The folder of the database `file` cannot be made.
    pub(super) fn of_folder(file: &Path, error: &std::io::Error) -> Self {
        Self { place: Some(file.display().to_string()), why: format!("its folder cannot be made ({error})") }
    }

    /// Names the place, if the error came in the middle of a transaction.
    pub(super) fn at(self, place: String) -> Self {
        Self { place: self.place.or(Some(place)), ..self }
    }

    /// An error that came before there was a connection to the server of `options`. The pool hides behind its own time
    /// limit that every connection was refused; then a single one is tried, to learn the reason.
    pub(super) async fn of_server(options: &PgConnectOptions, error: &sqlx::Error) -> Self {
        let hidden = match error {
            sqlx::Error::PoolTimedOut => why_none_is_made(options).await,
            _ => None,
        };
        Self { place: Some(server(options)), why: hidden.unwrap_or_else(|| words(error)) }
    }

    /// An error that came before the file of `options` was open. SQLite does not say why it cannot open a file, so the
    /// operating system is asked.
    pub(super) fn of_file(options: &SqliteConnectOptions, error: &sqlx::Error) -> Self {
        let file = options.get_filename();
        let hidden = (code(error) == Some(14)).then(|| why_it_stays_shut(file)).flatten();
        Self { place: Some(file.display().to_string()), why: hidden.unwrap_or_else(|| words(error)) }
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "the database {place} is not available: {}", self.why),
            None => write!(f, "the database is not available: {}", self.why),
        }
    }
}

impl std::error::Error for Outage {}

/// An error of a statement.
impl From<sqlx::Error> for Outage {
    fn from(error: sqlx::Error) -> Self {
        Self { place: None, why: words(&error) }
    }
}

/// The outage that the error of a connection to a file means.
///
/// # Errors
/// The error, if it is no outage.
pub(super) fn of_file(options: &SqliteConnectOptions, error: sqlx::Error) -> Result<Outage, sqlx::Error> {
    if is_outage(&error) { Ok(Outage::of_file(options, &error)) } else { Err(error) }
}

/// The outage that the error of a connection to a server means. A server that refuses the role, or has no such
/// database, is as good as away: an operator may be changing the role's password.
///
/// # Errors
/// The error, if it is no outage.
pub(super) async fn of_server(options: &PgConnectOptions, error: sqlx::Error) -> Result<Outage, sqlx::Error> {
    let is_refusal = matches!(&error, sqlx::Error::Database(refusal)
        if refusal.code().is_some_and(|code| code.starts_with("28") || code.starts_with("3D")));
    if is_refusal || is_outage(&error) { Ok(Outage::of_server(options, &error).await) } else { Err(error) }
}

/// Whether an error may pass by itself: the database cannot be reached, or cannot be used now.
pub(super) fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => means_unavailable(error.code().as_deref()),
        _ => false,
    }
}

/// Returns whether an error with this code may pass by itself. On SQLite these are: busy, read-only, I/O error,
/// disk full, and cannot open. On PostgreSQL these are the classes 08, 53 and 57P, and three single codes: the
/// connection was idle for too long (25P03), the server is read-only after a fail-over (25006), the database
/// accepts no connections (55000).
fn means_unavailable(code: Option<&str>) -> bool {
    code.is_some_and(|code| match of_sqlite(code) {
        Some(number) => matches!(number, 5 | 8 | 10 | 13 | 14),
        None => {
            let passing_class = ["08", "53", "57P"].iter().any(|class| code.starts_with(class));
            passing_class || matches!(code, "25P03" | "25006" | "55000")
        }
    })
}

/// The number of SQLite's error: a code with fewer than five digits. Its lowest byte names the error, and the other
/// bytes give details.
fn of_sqlite(code: &str) -> Option<u16> {
    code.parse::<u16>().ok().filter(|_| code.len() < 5).map(|number| number & 0xff)
}

fn code(error: &sqlx::Error) -> Option<u16> {
    let refusal = error.as_database_error().filter(|error| error.try_downcast_ref::<SqliteError>().is_some())?;
    of_sqlite(&refusal.code()?)
}

/// The reason in words.
fn words(error: &sqlx::Error) -> String {
    let refusal = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let known = match (error, code(error), refusal.as_deref()) {
        (sqlx::Error::PoolTimedOut, ..) => "no connection became free in time",
        (sqlx::Error::PoolClosed, ..) => "its connections are closed",
        (_, Some(13), _) | (.., Some("53100")) => "its disk is full",
        (_, Some(10), _) => "its file cannot be read or written, as on a disk that is full or broken",
        (_, Some(8), _) | (.., Some("25006")) => "it can only be read",
        (_, Some(5), _) => "another process keeps it locked",
        _ => return cause(error),
    };
    known.to_owned()
}

/// Why no connection to the server can be made; `None` if one can, or if another caller is trying already. One at a
/// time, because a server that has too many connections would get more of them.
async fn why_none_is_made(options: &PgConnectOptions) -> Option<String> {
    static TRYING: AtomicBool = AtomicBool::new(false);
    let _alone = Alone::begin(&TRYING)?;
    match timeout(TRY, options.connect()).await {
        Ok(Ok(connection)) => {
            let _ = timeout(TRY, connection.close()).await;
            None
        }
        Ok(Err(error)) => Some(words(&error)),
        Err(_) => Some("it did not answer in time".to_owned()),
    }
}

/// Holds a flag until it is dropped, which also happens when the caller is cancelled.
struct Alone<'a>(&'a AtomicBool);

impl<'a> Alone<'a> {
    fn begin(flag: &'a AtomicBool) -> Option<Self> {
        (!flag.swap(true, Ordering::Relaxed)).then_some(Self(flag))
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Asks the operating system why a file cannot be opened, and does not open it: closing it again would release the locks
/// that SQLite holds on it in this process (<https://sqlite.org/howtocorrupt.html>, section 2.2).
fn why_it_stays_shut(file: &Path) -> Option<String> {
    if file.is_dir() {
        return Some(Errno::ISDIR.to_string());
    }
    let refusal = access(file, Access::READ_OK | Access::WRITE_OK).err()?;
    let folder = file.parent().filter(|folder| folder.is_dir() && refusal == Errno::NOENT);
    let closed = folder.and_then(|folder| access(folder, Access::WRITE_OK | Access::EXEC_OK).err());
    Some(closed.map_or_else(|| refusal.to_string(), |closed| format!("no file can be made in its folder ({closed})")))
}

/// Host, port and name of a database.
pub(super) fn server(options: &PgConnectOptions) -> String {
    let place = options.get_socket().map_or_else(
        || format!("{}:{}", options.get_host(), options.get_port()),
        |socket| socket.display().to_string(),
    );
    options.get_database().map_or_else(|| place.clone(), |name| format!("{place}/{name}"))
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

    #[test]
    fn the_place_of_a_server_has_no_password() {
        for (url, place) in [
            ("postgres://ada:hunter2@db.example.com/signet", "db.example.com:5432/signet"),
            ("postgres://ada:hunter2@db.example.com:6432/signet?sslmode=verify-full", "db.example.com:6432/signet"),
            ("postgres://ada:hunter2@%2Frun%2Fpostgresql/signet", "/run/postgresql/signet"),
        ] {
            assert_eq!(server(&url.parse().unwrap()), place, "{url}");
        }
    }
}
