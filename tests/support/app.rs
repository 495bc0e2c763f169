//! The whole application on a database of its own, and the browsers that visit it. The clock stands still, the
//! letters stay in memory, and hashing a password costs almost nothing.

mod browser;
mod evidence;
mod journey;
mod mail_server;
mod page;
mod post;
mod waiting;

use std::{
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicI64, AtomicU8, Ordering},
    },
    time::Duration,
};

use axum::Router;
use leptos::config::LeptosOptions;
use signet::{
    domain::time::{Span, Timestamp},
    server::{
        clock::Clock,
        config::{Settings, Sources},
        crypto::{hasher::Cost, random::Random, token::KeyRing},
        http::state::HttpState,
        lifecycle::{Lifecycle, RequestOrigin},
        mail::{Letter, Transport},
        router::router,
        state::AppState,
    },
};

use tempfile::TempDir;

pub use self::{
    browser::{Browser, Fields},
    journey::{OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD},
    mail_server::MailServer,
    page::Page,
    post::token_in,
};
use crate::db::TestDb;

/// The beginning of every link in a letter.
pub const BASE_URL: &str = "https://signet.example";
/// When every test begins: 2027-01-15T08:00:00Z.
pub const START: Timestamp = Timestamp(1_800_000_000);
/// The key with which the application signs, unless a test names another key.
pub const KEY: &str = "the first key of the tests: 32 bytes and more";
/// The cost of hashing a password in tests. It is far too low for real passwords, but the tests only count the
/// computations, and nobody attacks their passwords.
const CHEAP: Cost = Cost { m_kib: 64, t: 1, p: 1 };

/// The application under test.
pub struct TestApp {
    /// The application's database.
    pub db: Arc<TestDb>,
    /// The application's clock.
    pub clock: Clock,
    /// The application's actions, without HTTP.
    pub lifecycle: Lifecycle,
    /// The state that all requests share.
    pub state: AppState,
    /// The same state, with the parts that only HTTP needs.
    pub http: HttpState,
    /// The transport of the application's letters.
    pub transport: Transport,
    kept: Arc<Mutex<Vec<Letter>>>,
    router: Router,
    browsers: AtomicU8,
    events_seen: AtomicI64,
    secrets: Mutex<Vec<String>>,
    folder: Arc<TempDir>,
}

impl TestApp {
    /// Starts a new application.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts a new application with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(test_db().await, change)
    }

    /// Starts an application on the new database `db`, with other settings.
    pub fn on(db: TestDb, change: impl FnOnce(&mut Settings)) -> Self {
        // Use a folder in memory if the machine has one. On a disk, writing an entry of the ledger would wait until
        // the disk has stored it.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Self::found(db, folder, Clock::manual(START), change)
    }

    /// Starts another process on the same database and folder, with the same clock and other settings.
    pub fn again(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(&self.folder);
        change(&mut settings);
        Self::open(Arc::clone(&self.db), Arc::clone(&self.folder), self.clock.clone(), &settings)
    }

    /// Starts an application with the same folder and clock on a database that was restored from a backup. `change`
    /// changes the settings.
    pub fn restored(&self, backup: TestDb, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(&self.folder);
        change(&mut settings);
        Self::open(Arc::new(backup), Arc::clone(&self.folder), self.clock.clone(), &settings)
    }

    /// Starts an application on an existing database and folder, with this clock and other settings.
    pub fn found(db: TestDb, folder: TempDir, clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(&folder);
        change(&mut settings);
        Self::open(Arc::new(db), Arc::new(folder), clock, &settings)
    }

    fn open(db: Arc<TestDb>, folder: Arc<TempDir>, clock: Clock, settings: &Settings) -> Self {
        let lifecycle = Lifecycle::new(settings, db.db.clone(), clock.clone(), Random::System);
        let leptos = LeptosOptions::builder().output_name("signet").build();
        let mut state = AppState::new(settings, lifecycle.clone(), leptos, Weak::new());
        Arc::get_mut(&mut state.site).unwrap().min_response_time = Duration::ZERO;
        let http = HttpState::new(state.clone());
        let kept = Arc::default();
        Self {
            db,
            clock,
            lifecycle,
            router: router(http.clone()),
            state,
            http,
            transport: Transport::Kept(Arc::clone(&kept)),
            kept,
            browsers: AtomicU8::new(1),
            events_seen: AtomicI64::new(0),
            secrets: Mutex::default(),
            folder,
        }
    }

    /// Changes the streams to which open pages listen. `every` says how often a stream reads the rows when no
    /// change is announced, and `lasts` says how long a stream stays open.
    pub fn pacing(mut self, every: Duration, lasts: Duration) -> Self {
        // Drop the router first, because it shares the state that changes here.
        self.router = Router::new();
        let streams = Arc::get_mut(&mut self.http.streams).unwrap();
        (streams.every, streams.lasts) = (every, lasts);
        self.router = router(self.http.clone());
        self
    }

    /// Returns a browser that has never visited the application.
    pub fn browser(&self) -> Browser<'_> {
        let number = self.browsers.fetch_add(1, Ordering::Relaxed);
        Browser::new(self, number)
    }

    /// Moves the clock forward.
    pub fn pass(&self, span: Span) {
        self.clock.advance(span);
    }

    /// Returns the present time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the folder of the exports.
    pub fn exports_folder(&self) -> PathBuf {
        self.folder.path().join("exports")
    }

    /// Counts the argon2 computations of `work`, and returns the count with the result of `work`.
    pub async fn hashes_in<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        let before = self.lifecycle.hasher.runs();
        let done = work.await;
        (self.lifecycle.hasher.runs() - before, done)
    }
}

/// Returns the origin for a test that calls the lifecycle itself, without a browser.
pub fn nowhere() -> RequestOrigin {
    let ip: IpAddr = [198, 51, 100, 1].into();
    RequestOrigin { ip: Some(ip), user_agent: "a test".to_owned(), device: None, request: 7 }
}

#[expect(clippy::disallowed_methods, reason = "which database the tests run on is no setting of the program")]
async fn test_db() -> TestDb {
    match std::env::var("SIGNET_TEST_DATABASE").as_deref() {
        Ok("postgres") => TestDb::postgres().await.expect("SIGNET_TEST_POSTGRES_URL names a server"),
        _ => TestDb::sqlite().await,
    }
}

/// Returns the settings of a production site: the defaults of the contract (behaviour §5), and a low cost of hashing
/// passwords.
fn settings(folder: &TempDir) -> Settings {
    let env = [
        ("SIGNET_ENVIRONMENT", "production"),
        ("SIGNET_SERVER__BASE_URL", BASE_URL),
        ("SIGNET_MAIL__TRANSPORT", "smtps://signet:not-used@mail.signet.example"),
        ("SIGNET_SECRET_KEY", KEY),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sources = Sources { files: Vec::new(), env: env.to_vec() };
    let mut settings = Settings::from_sources(&sources).unwrap();
    settings.password.argon2 = CHEAP;
    folder.path().clone_into(&mut settings.server.data_dir);
    settings
}

/// Makes a key ring of these keys.
pub fn keys(keys: &[&str]) -> KeyRing {
    let keys: Vec<_> = keys.iter().map(|key| (*key).into()).collect();
    KeyRing::new(&keys).unwrap()
}
