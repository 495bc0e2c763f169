//! How much the files of a server have grown.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use signet::{
    server::{config::Provider, store::Db},
    testing::provider::TestProvider,
};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::{
    attacks::{Answers, Attack, Attacker, count},
    http::{
        seed::Seed,
        server::{Server, Settings, log_of},
    },
};

/// A server whose files are measured. It ends before each measurement, and starts again.
pub struct Measured {
    folder: TempDir,
    settings: Settings,
    provider: Provider,
    server: Option<Server>,
    _running: TestProvider,
}

/// The bytes of its database and its ledger, and the entries of its security log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    pub database: u64,
    pub entries: u64,
}

/// What an attack has left.
#[derive(Clone, Copy, Debug, Default)]
pub struct Growth {
    pub answers: Answers,
    pub grown: Size,
    /// The bytes that the log grew by in a second. Measured in the second half of the attack, because the log writes
    /// some more lines at the beginning.
    pub log_a_second: f64,
}

impl Measured {
    /// A server on a new database, without accounts.
    pub async fn start(settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let seed = Seed::begin().await;
        seed.arrive();
        let provider = seed.known();
        let running = seed.finish(folder.path()).await;
        let server = Some(Server::start(folder.path(), &settings, &provider).await);
        Self { folder, settings, provider, server, _running: running }
    }

    /// Measures what an attack leaves.
    pub async fn under(&mut self, attack: Attack, attacker: Attacker) -> Growth {
        let before = self.size().await;
        let url = self.server.as_ref().map_or("", |server| &server.url);
        let log = log_of(self.folder.path());
        let (answers, half) = tokio::join!(attacker.send(url, attack), later(&log, attacker.lasts / 2));
        let log_a_second = count(bytes(&log) - half.1) / half.0.elapsed().as_secs_f64();
        let after = self.size().await;
        let grown = Size {
            database: after.database.saturating_sub(before.database),
            entries: after.entries.saturating_sub(before.entries),
        };
        Growth { answers, grown, log_a_second }
    }

    /// Ends the server, measures its files, and starts it again.
    async fn size(&mut self) -> Size {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        let folder = self.folder.path();
        let of = |name: &str| bytes(&folder.join(name));
        assert_eq!(of("signet.db-wal"), 0, "the database is in its one file");
        let database = of("signet.db") + of("erasures.db");
        let size = Size { database, entries: entries(&folder.join("signet.db")).await };
        self.server = Some(Server::start(folder, &self.settings, &self.provider).await);
        size
    }

    pub async fn stop(self) {
        if let Some(server) = self.server {
            server.stop().await;
        }
    }
}

impl Growth {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        let (answers, more) = (self.answers, other.answers);
        Self {
            answers: Answers {
                accepted: answers.accepted + more.accepted,
                refused: answers.refused + more.refused,
                seconds: answers.seconds + more.seconds,
            },
            grown: Size {
                database: self.grown.database + other.grown.database,
                entries: self.grown.entries + other.grown.entries,
            },
            log_a_second: self.log_a_second.max(other.log_a_second),
        }
    }
}

/// The time after `wait`, and the bytes of a file then.
async fn later(path: &Path, wait: Duration) -> (Instant, u64) {
    sleep(wait).await;
    (Instant::now(), bytes(path))
}

fn bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// How many entries the security log has.
async fn entries(file: &Path) -> u64 {
    const SQL: &str = "SELECT count(*) FROM signet_events";
    let db = Db::existing(&format!("sqlite://{}", file.display())).await.expect("the database");
    let Db::Sqlite(pool, ..) = &db else { unreachable!("opened as SQLite") };
    let entries: i64 = sqlx::query_scalar(SQL).fetch_one(pool).await.expect("a count");
    db.close().await;
    entries.unsigned_abs()
}
