//! One database and one clock for several processes in turn. Every process has a random seed of its own, so that
//! the same process leaves the same rows.

use std::{path::Path, sync::Arc};

use signet::{
    domain::{
        deletion::Strategy,
        id::LedgerId,
        password::LengthRule,
        sessions::Lifetime,
        time::{Span, Timestamp},
    },
    server::{
        clock::Clock,
        crypto::{
            hasher::{Cost, Hasher},
            random::Random,
            token::KeyRing,
        },
        export::files::ExportFiles,
        lifecycle::{ClockGuard, Lifecycle, Policy},
        metrics::Metrics,
        oauth::Providers,
        store::{Db, Ledger},
    },
};

use tempfile::TempDir;

use crate::db::TestDb;

/// The key that its processes sign with.
pub const KEY: &str = "the key of the tests: 32 bytes and more";
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
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Some(Self { db, clock: Clock::manual(begin), folder })
    }

    /// A newly started process.
    pub fn process(&self, random: Random) -> Lifecycle {
        process(self.db.db.clone(), self.clock.clone(), random, self.folder.path())
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

pub fn process(db: Db, clock: Clock, random: Random, folder: &Path) -> Lifecycle {
    let ledger = format!("sqlite://{}", folder.join("erasures.db").display());
    Lifecycle {
        metrics: Metrics::default(),
        ledger: Ledger::at(ledger.into(), LedgerId::from_random(random.bytes())),
        providers: Providers::new(&[], "https://signet.example", &clock),
        db,
        watch: ClockGuard::begin(&clock),
        clock,
        hasher: Hasher::new(Cost { m_kib: 64, t: 1, p: 1 }, 1, 8, random.clone()),
        random,
        keys: KeyRing::new(&[KEY.into()]).unwrap(),
        exports: ExportFiles::new(folder.join("exports")),
        policy: Arc::new(Policy {
            base_url: "https://signet.example".to_owned(),
            host: "signet.example".to_owned(),
            sudo_ttl: Span::minutes(15),
            deletion_strategy: Strategy::Anonymize,
            grace_period: GRACE,
            reminders: vec![Span::days(3), Span::days(1)],
            email_change_ttl: Span::hours(24),
            undo_window: Span::days(7),
            session: Lifetime { idle: Span::days(7), absolute: Span::days(30) },
            password: LengthRule { min: 12, max: 128 },
        }),
    }
}
