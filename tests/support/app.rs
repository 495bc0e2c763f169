//! The whole application on a database of its own, with a clock that stands still, letters
//! kept in memory and passwords that cost nothing; and the browsers that visit it.

mod browser;
mod evidence;
mod journey;
mod post;

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU8, Ordering},
    },
};

use axum::Router;
use leptos::config::LeptosOptions;
use signet::{
    domain::{
        deletion::Strategy,
        password::LengthRule,
        session::Lifetime,
        time::{Span, Timestamp},
    },
    server::{
        clock::Clock,
        crypto::{
            hasher::{Cost, Hasher},
            random::Random,
            token::KeyRing,
        },
        http::cookie::Cookies,
        lifecycle::{Lifecycle, Policy, Source},
        mail::{Letter, Transport},
        router::router,
        state::{AppState, Site},
    },
};

pub use self::{
    browser::{Browser, Page},
    journey::{OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD},
    post::{Mail, Post, token_in},
};
use crate::db::TestDb;

/// What every link in a letter begins with.
pub const BASE_URL: &str = "https://signet.example";
/// When every test begins: 2027-01-15T08:00:00Z.
pub const START: Timestamp = Timestamp(1_800_000_000);
/// The key that signs unless a test says otherwise.
pub const KEY: &str = "the first key of the tests, 32 bytes and more";
/// A cost that no real password may have: the tests count computations, they resist nothing.
const CHEAP: Cost = Cost { m_kib: 64, t: 1, p: 1 };

/// The application under test.
pub struct TestApp {
    /// Its database.
    pub db: Arc<TestDb>,
    /// Its clock.
    pub clock: Clock,
    /// Its actions, without HTTP.
    pub lifecycle: Lifecycle,
    /// What its requests work with.
    pub state: AppState,
    /// Where its letters go.
    pub transport: Transport,
    kept: Arc<Mutex<Vec<Letter>>>,
    router: Router,
    browsers: AtomicU8,
    events_seen: AtomicI64,
    secrets: Mutex<Vec<String>>,
}

impl TestApp {
    /// A fresh one.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A fresh one with other settings.
    pub async fn with(change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = policy();
        change(&mut policy);
        Self::open(Arc::new(test_db().await), Clock::manual(START), policy, &[KEY], CHEAP)
    }

    /// Another process on the same database and by the same clock, with these keys.
    pub fn again_with_keys(&self, keys: &[&str]) -> Self {
        let policy = (*self.lifecycle.policy).clone();
        Self::open(Arc::clone(&self.db), self.clock.clone(), policy, keys, CHEAP)
    }

    /// Another process on the same database and by the same clock, with this cost of passwords.
    pub fn again_with_cost(&self, cost: Cost) -> Self {
        let policy = (*self.lifecycle.policy).clone();
        Self::open(Arc::clone(&self.db), self.clock.clone(), policy, &[KEY], cost)
    }

    fn open(db: Arc<TestDb>, clock: Clock, policy: Policy, keys: &[&str], cost: Cost) -> Self {
        let keys: Vec<_> = keys.iter().map(|key| (*key).into()).collect();
        let lifecycle = Lifecycle {
            db: db.db.clone(),
            clock: clock.clone(),
            random: Random::System,
            hasher: Hasher::new(cost, 2, 64, Random::System),
            keys: KeyRing::new(&keys).unwrap(),
            policy: Arc::new(policy),
        };
        let kept = Arc::default();
        let state = state(lifecycle.clone());
        Self {
            db,
            clock,
            lifecycle,
            router: router(state.clone()),
            state,
            transport: Transport::Kept(Arc::clone(&kept)),
            kept,
            browsers: AtomicU8::new(1),
            events_seen: AtomicI64::new(0),
            secrets: Mutex::default(),
        }
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser<'_> {
        let number = self.browsers.fetch_add(1, Ordering::Relaxed);
        Browser::new(self, number)
    }

    /// Moves the clock forward.
    pub fn pass(&self, span: Span) {
        self.clock.advance(span);
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How many argon2 computations `work` takes.
    pub async fn hashes_in<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        let before = self.lifecycle.hasher.runs();
        let done = work.await;
        (self.lifecycle.hasher.runs() - before, done)
    }
}

/// A request from nowhere in particular, for calls of the lifecycle without a browser.
pub fn nowhere() -> Source {
    let ip: IpAddr = [198, 51, 100, 1].into();
    Source { ip: Some(ip), user_agent: "a test".to_owned(), device: None, request: 7 }
}

#[expect(clippy::disallowed_methods, reason = "which database the tests run on is no setting of the program")]
async fn test_db() -> TestDb {
    match std::env::var("SIGNET_TEST_DATABASE").as_deref() {
        Ok("postgres") => TestDb::postgres().await.expect("SIGNET_TEST_POSTGRES_URL names a server"),
        _ => TestDb::sqlite().await,
    }
}

/// The settings of the contract (behaviour §5).
fn policy() -> Policy {
    Policy {
        base_url: BASE_URL.to_owned(),
        host: "signet.example".to_owned(),
        sudo_ttl: Span::minutes(15),
        deletion_strategy: Strategy::Anonymize,
        grace_period: Span::days(14),
        reminders: vec![Span::days(3), Span::days(1)],
        email_change_ttl: Span::hours(24),
        undo_window: Span::days(7),
        session: Lifetime { idle: Span::days(7), absolute: Span::days(30) },
        password: LengthRule { min: 12, max: 128 },
    }
}

fn state(lifecycle: Lifecycle) -> AppState {
    let site = Site {
        base_url: BASE_URL.to_owned(),
        trusted_proxies: Vec::new(),
        cookies: Cookies::new(BASE_URL, lifecycle.keys.cookie_key()),
        session_age: lifecycle.policy.session.absolute,
        mailbox: None,
        stylesheet: "/pkg/signet.css".to_owned(),
    };
    let leptos = LeptosOptions::builder().output_name("signet").build();
    AppState { lifecycle, site: Arc::new(site), leptos, jobs: std::sync::Weak::new() }
}
