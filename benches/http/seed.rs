//! Makes a database with accounts by the real actions, without HTTP, before the server starts on it.
//!
//! The database is in memory meanwhile, because each action would wait for the disk. Then it is copied to the folder of
//! the server, which is on a disk.

use std::path::Path;

use signet::{
    domain::time::Span,
    server::{
        clock::Clock,
        config::{Provider, Settings},
        crypto::{hasher::Cost, random::Random},
        lifecycle::Lifecycle,
        store::Db,
    },
    testing::{PROVIDER, people, provider::TestProvider, settings, temporary_folder},
};
use tempfile::TempDir;

/// The cost of hashing a password that the server has by default.
const FULL_COST: Cost = Cost { m_kib: 19_456, t: 2, p: 1 };
/// How long before the start the first account is made.
const EARLIER: Span = Span::days(20);

/// A database in the making.
pub struct Seed {
    /// Shows a time before now, until [`Seed::arrive`].
    pub clock: Clock,
    /// A provider that the server knows too.
    pub provider: TestProvider,
    folder: TempDir,
    db: Db,
}

impl Seed {
    /// An empty database.
    pub async fn begin() -> Self {
        let clock = Clock::manual(Clock::System.now().minus(EARLIER));
        let provider = TestProvider::start(&clock).await;
        let folder = temporary_folder();
        let db = Db::open(&format!("sqlite://{}", folder.path().join("signet.db").display())).await;
        let seed = Self { clock, provider, folder, db: db.expect("a database") };
        seed.process(|_| {}).join_ledger().await.expect("a ledger");
        seed
    }

    /// A process on this database that has no limits and hashes at almost no cost; `change` changes its settings.
    pub fn process(&self, change: impl FnOnce(&mut Settings)) -> Lifecycle {
        let mut settings = settings(self.folder.path());
        settings.limits.enabled = false;
        settings.providers.push(self.known());
        change(&mut settings);
        Lifecycle::new(&settings, self.db.clone(), self.clock.clone(), Random::System)
    }

    /// A process that hashes at the cost that the server has too.
    pub fn process_at_full_cost(&self) -> Lifecycle {
        self.process(|settings| settings.password.argon2 = FULL_COST)
    }

    /// The settings of the provider.
    pub fn known(&self) -> Provider {
        self.provider.settings(PROVIDER)
    }

    /// Lets the clock show the present time.
    pub fn arrive(&self) {
        self.clock.set(Clock::System.now());
    }

    /// Copies the database to the server's folder; returns the provider, which must live on.
    pub async fn finish(self, folder: &Path) -> TestProvider {
        people::delivered(&self.process(|_| {})).await;
        self.db.close().await;
        for entry in std::fs::read_dir(self.folder.path()).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name();
            // SQLite makes the file of shared memory anew.
            if entry.path().is_file() && !name.to_string_lossy().ends_with("-shm") {
                std::fs::copy(entry.path(), folder.join(name)).expect("a copy");
            }
        }
        self.provider
    }
}

/// Verified accounts with the password [`people::PASSWORD`].
pub async fn verified(process: &Lifecycle, emails: &[String]) {
    for email in emails {
        people::verified(process, email).await;
    }
}
