//! One database and one clock for several processes in turn. Every process has a random seed of its own, so that
//! the same process leaves the same rows.

use std::path::Path;

use signet::{
    domain::time::{Span, Timestamp},
    server::{clock::Clock, crypto::random::Random, export::files::ExportFiles, lifecycle::Lifecycle},
    testing::{TestDb, settings, temporary_folder},
};
use tempfile::TempDir;

/// How long a closed account waits.
pub const GRACE: Span = Span::days(14);

/// One database and one clock.
pub struct World {
    pub db: TestDb,
    pub clock: Clock,
    folder: TempDir,
}

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl World {
    /// A fresh world; `None` where there is no such database.
    pub async fn new(database: Database, begin: Timestamp) -> Option<Self> {
        let db = match database {
            Database::Sqlite => TestDb::sqlite().await,
            Database::Postgres => TestDb::postgres().await?,
        };
        let folder = temporary_folder();
        Some(Self { db, clock: Clock::manual(begin), folder })
    }

    /// A newly started process.
    pub fn process(&self, random: Random) -> Lifecycle {
        let mut settings = settings(self.folder.path());
        // One thread hashes, so that the random bytes of salts come in the same order in every run.
        settings.password.threads = 1;
        // Each action is repeated once for every statement in it. A limit has transactions of its own, which leave
        // nothing but a count.
        settings.limits.enabled = false;
        Lifecycle::new(&settings, self.db.db.clone(), self.clock.clone(), random)
    }

    /// The folder that its processes share beside the database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of exports.
    pub fn exports(&self) -> ExportFiles {
        ExportFiles::new(self.folder.path().join("exports"))
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
