//! The actions of an account's life, one file per action, and the table that says what
//! each of them needs, revokes, mails and records.
//!
//! An action is a method of [`Lifecycle`]. It opens one transaction, holds the account's
//! row, asks the domain whether it may, tells the store, posts the letters and records
//! the event; then everything commits together or nothing does. It knows neither HTTP
//! nor Leptos.

mod action_table;
mod api_viewer;
mod attribution;
mod check;
mod claims;
mod clock_guard;
mod error;
mod mail_tokens;
mod operation;
mod password_rules;
mod request_origin;
mod sweep;
mod viewer;

pub mod api_tokens;
pub mod deletion;
pub mod email_change;
pub mod export;
pub mod outbox;
pub mod password;
pub mod profile;
pub mod providers;
pub mod queries;
pub mod registration;
pub mod security_log;
pub mod sessions;
pub mod sign_in;
pub mod sudo;

pub use self::{
    action_table::{Action, Admits, Revoke, Rule, TABLE},
    api_viewer::ApiViewer,
    check::check,
    clock_guard::{ClockGuard, confirm_clock},
    error::Error,
    request_origin::RequestOrigin,
    sweep::{Backlog, Swept},
    viewer::Viewer,
};
use crate::{
    domain::{deletion::Strategy, id::LedgerId, password::LengthRule, sessions::Lifetime, time::Span},
    server::{
        clock::Clock,
        config::Settings,
        crypto::{hasher::Hasher, random::Random, token::KeyRing},
        export::files::ExportFiles,
        metrics::Metrics,
        oauth::Providers,
        store::{Db, Ledger},
    },
};

/// Passwords that may wait to be hashed before more are turned away (checklist §3.3).
const HASH_QUEUE: usize = 64;
/// The folder of exports, within `server.data_dir`.
const EXPORTS: &str = "exports";
/// How long the link that confirms a new account's address works (behaviour §3).
pub const VERIFY_EMAIL_TTL: Span = Span::hours(24);
/// How long a reset link works (behaviour §3; inside NIST SP 800-63B-4 §4.2.1.2's 24 h).
pub const RESET_PASSWORD_TTL: Span = Span::minutes(60);

/// The settings that the actions go by.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What letters put before a path; no slash at the end.
    pub base_url: String,
    /// The site's host, a word that a password must not lean on.
    pub host: String,
    /// How long sudo mode lasts.
    pub sudo_ttl: Span,
    /// What executing a deletion does.
    pub deletion_strategy: Strategy,
    /// From asking for a deletion to executing it.
    pub grace_period: Span,
    /// How long before the execution the reminders go out.
    pub reminders: Vec<Span>,
    /// How long the new address may confirm a change.
    pub email_change_ttl: Span,
    /// How long the old address may take it back.
    pub undo_window: Span,
    /// How long sessions live.
    pub session: Lifetime,
    /// How long passwords may be.
    pub password: LengthRule,
}

/// Everything an action works with. Cheap to clone.
#[derive(Clone)]
pub struct Lifecycle {
    /// Where the rows are.
    pub db: Db,
    /// The only source of time.
    pub clock: Clock,
    /// Whether it can be believed enough to erase by it.
    pub watch: ClockGuard,
    /// The only source of randomness.
    pub random: Random,
    /// The bounded pool that hashes passwords.
    pub hasher: Hasher,
    /// The keys of mail tokens.
    pub keys: KeyRing,
    /// Who else may say who somebody is.
    pub providers: Providers,
    /// Where exports lie until they are downloaded.
    pub exports: ExportFiles,
    /// What was erased, apart from the database.
    pub ledger: Ledger,
    /// What is counted.
    pub metrics: Metrics,
    /// The settings.
    pub policy: std::sync::Arc<Policy>,
}

impl Lifecycle {
    /// The actions as `settings` want them, on `db`.
    #[must_use]
    pub fn new(settings: &Settings, db: Db, clock: Clock, random: Random) -> Self {
        let password = &settings.password;
        Self {
            providers: Providers::new(&settings.providers, &settings.server.base_url, &clock),
            db,
            watch: ClockGuard::begin(&clock),
            clock,
            hasher: Hasher::new(password.argon2, password.threads, HASH_QUEUE, random.clone()),
            ledger: Ledger::at(settings.ledger_url(), LedgerId::from_random(random.bytes())),
            metrics: Metrics::default(),
            random,
            keys: settings.keys.clone(),
            exports: ExportFiles::new(settings.server.data_dir.join(EXPORTS)),
            policy: std::sync::Arc::new(Policy::new(settings)),
        }
    }

    /// How far the clock is ahead of what can be believed; `None` when it can be. Deletions
    /// wait meanwhile, in this process and in those that come after it.
    ///
    /// # Errors
    /// Those of the database, which is asked at the beginning, and while the clock is ahead.
    pub async fn clock_ahead(&self) -> Result<Option<Span>, Error> {
        self.watch.ahead_at(&self.db, self.clock.read()).await
    }

    /// Closes the database and the ledger; used on the way out.
    pub async fn close(&self) {
        self.db.close().await;
        self.ledger.close().await;
    }
}

impl Policy {
    fn new(settings: &Settings) -> Self {
        let base_url = settings.server.base_url.clone();
        Self {
            host: settings.server.host().to_owned(),
            base_url,
            sudo_ttl: settings.sudo.ttl,
            deletion_strategy: settings.deletion.strategy,
            grace_period: settings.deletion.grace_period,
            reminders: settings.deletion.reminders.clone(),
            email_change_ttl: settings.email_change.ttl,
            undo_window: settings.email_change.undo_window,
            session: settings.session,
            password: settings.password.length(),
        }
    }
}
