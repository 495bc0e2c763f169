//! The whole application on a database of its own.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicI64, AtomicU8, AtomicU32},
    },
    time::Duration,
};

use axum::Router;
use leptos::config::LeptosOptions;
use tempfile::TempDir;

use super::{db::TestDb, folder::temporary_folder, post::Mail, provider::TestProvider};
use crate::{
    domain::time::{Span, Timestamp},
    server::{
        clock::Clock,
        config::{Settings, Sources},
        crypto::{hasher::Cost, random::Random, token::KeyRing},
        http::{flood_gate::FloodGate, state::HttpState},
        lifecycle::Lifecycle,
        mail::{Letter, Transport},
        router::router,
        state::AppState,
    },
};

/// The beginning of every link in a letter, unless a test has settings of its own.
pub const BASE_URL: &str = "https://signet.example";
/// When every test begins: 2027-01-15T08:00:00Z.
pub const START: Timestamp = Timestamp(1_800_000_000);
/// The key with which the application signs, unless a test names another key.
pub const KEY: &str = "the first key of the tests: 32 bytes and more";
/// The cost of hashing a password in tests. It is far too low for real passwords, but tests need many accounts
/// quickly.
const CHEAP: Cost = Cost { m_kib: 64, t: 1, p: 1 };

/// The identifier of the provider of [`TestApp::with_provider`].
pub const PROVIDER: &str = "acme";

/// The whole application, on a database and a folder of its own, which are removed when it is dropped. The clock
/// stands still until the test moves it, the letters stay in memory, and hashing a password costs almost nothing.
/// No worker runs: what is due happens when the test calls [`TestApp::run_jobs`].
///
/// The settings are those of production, with the defaults of the README. The database is a new SQLite file. If the
/// environment variable `SIGNET_TEST_DATABASE` is `postgres`, it is a new database on the server that
/// `SIGNET_TEST_POSTGRES_URL` names.
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
    /// The provider that the settings name, if [`TestApp::with_provider`] has started one.
    pub provider: Option<TestProvider>,
    /// The letters that the transport has taken, and that [`TestApp::run_jobs`] and its relatives have not returned.
    pub(super) kept: Arc<Mutex<Vec<Letter>>>,
    /// The letters that have arrived since the last fixture.
    pub(super) arrived: Mutex<Vec<Mail>>,
    pub(super) router: Router,
    /// How many browsers there are, which gives each an address and a name of its own.
    pub(super) browsers: AtomicU8,
    /// How many accounts fixtures have made, which gives each an address of its own.
    pub(super) fixtures: AtomicU32,
    /// The number of the last event that [`TestApp::news`] has returned.
    pub(super) events_seen: AtomicI64,
    /// The number of the last event of the last fixture.
    pub(super) settled: AtomicI64,
    /// The passwords and tokens that must not appear anywhere.
    pub(super) secrets: Mutex<Vec<String>>,
    folder: Arc<TempDir>,
}

impl TestApp {
    /// Starts a new application.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts a new application without limits, for a test that repeats an action many times.
    pub async fn unlimited() -> Self {
        Self::with(|settings| settings.limits.enabled = false).await
    }

    /// Starts a new application with other settings. `change` gets the settings of a [`TestApp`] and changes some of
    /// them. The tests of a program that contains Signet can copy sections of that program's settings into these:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use signet::{domain::time::Span, testing::TestApp};
    ///
    /// let app = TestApp::with(|settings| settings.deletion.grace_period = Span::days(30)).await;
    /// # assert_eq!(app.lifecycle.policy.grace_period, Span::days(30));
    /// # }
    /// ```
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(test_db().await, change)
    }

    /// Starts a new application that knows one provider, [`PROVIDER`], with which people can sign in. `change`
    /// changes the other settings.
    pub async fn with_provider(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = Clock::manual(START);
        let provider = TestProvider::start(&clock).await;
        let settings = provider.settings(PROVIDER);
        let app = Self::found(test_db().await, temporary_folder(), clock, |all| {
            all.providers.push(settings);
            change(all);
        });
        Self { provider: Some(provider), ..app }
    }

    /// Starts an application on the new database `db`, with other settings.
    pub fn on(db: TestDb, change: impl FnOnce(&mut Settings)) -> Self {
        Self::found(db, temporary_folder(), Clock::manual(START), change)
    }

    /// Starts another process on the same database and folder, with the same clock and other settings.
    pub fn again(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(self.folder.path());
        change(&mut settings);
        Self::open(Arc::clone(&self.db), Arc::clone(&self.folder), self.clock.clone(), &settings)
    }

    /// Starts an application with the same folder and clock on a database that was restored from a backup. `change`
    /// changes the settings.
    pub fn restored(&self, backup: TestDb, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(self.folder.path());
        change(&mut settings);
        Self::open(Arc::new(backup), Arc::clone(&self.folder), self.clock.clone(), &settings)
    }

    /// Starts an application on an existing database and folder, with this clock and other settings.
    pub fn found(db: TestDb, folder: TempDir, clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(folder.path());
        change(&mut settings);
        Self::open(Arc::new(db), Arc::new(folder), clock, &settings)
    }

    fn open(db: Arc<TestDb>, folder: Arc<TempDir>, clock: Clock, settings: &Settings) -> Self {
        let lifecycle = Lifecycle::new(settings, db.db.clone(), clock.clone(), Random::System);
        let leptos = LeptosOptions::builder().output_name("signet").build();
        let mut state = AppState::new(settings, lifecycle.clone(), leptos, Weak::new());
        Arc::get_mut(&mut state.site).unwrap().min_response_time = Duration::ZERO;
        let mut http = HttpState::new(state.clone());
        http.flood_gate = FloodGate::open().into();
        let kept = Arc::default();
        Self {
            provider: None,
            db,
            clock,
            lifecycle,
            router: router(http.clone()),
            state,
            http,
            transport: Transport::Kept(Arc::clone(&kept)),
            kept,
            arrived: Mutex::default(),
            browsers: AtomicU8::new(1),
            fixtures: AtomicU32::new(1),
            events_seen: AtomicI64::new(0),
            settled: AtomicI64::new(0),
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

    /// Puts up a gate against floods. Without it there is none, because it counts in real time, and a test sends a day's
    /// requests within a second.
    pub fn flood_gate(&mut self, gate: FloodGate) {
        self.http.flood_gate = gate.into();
        self.router = router(self.http.clone());
    }

    /// Moves the clock forward. Nothing happens by itself: [`TestApp::run_jobs`] does what is due by then.
    pub fn advance_clock(&self, span: Span) {
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

#[expect(clippy::disallowed_methods, reason = "which database the tests run on is no setting of the program")]
async fn test_db() -> TestDb {
    match std::env::var("SIGNET_TEST_DATABASE").as_deref() {
        Ok("postgres") => TestDb::postgres().await.expect("SIGNET_TEST_POSTGRES_URL names a server"),
        _ => TestDb::sqlite().await,
    }
}

/// The settings of a [`TestApp`] whose data is in `folder`: the defaults in production, except for the cost of
/// passwords.
pub fn settings(folder: &Path) -> Settings {
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
    folder.clone_into(&mut settings.server.data_dir);
    settings
}

/// Makes a key ring of these keys.
pub fn keys(keys: &[&str]) -> KeyRing {
    let keys: Vec<_> = keys.iter().map(|key| (*key).into()).collect();
    KeyRing::new(&keys).unwrap()
}
