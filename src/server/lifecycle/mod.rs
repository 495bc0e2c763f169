//! The actions of an account's life, one file per action, and the table that says what each of them needs, revokes,
//! mails and records.
//!
//! An action is a method of [`Lifecycle`]. It opens one transaction, locks the account's row, asks the domain's
//! rules, writes through the store, posts the letters and records the event. Then everything commits together or
//! nothing does. An action knows neither HTTP nor Leptos.

mod action_table;
mod api_viewer;
mod attribution;
mod check;
mod claims;
mod clock_guard;
mod error;
mod mail_tokens;
mod operation;
mod operators;
mod password_rules;
mod refusal;
mod request_origin;
mod sweep;
mod viewer;

pub mod api_tokens;
pub mod deletion;
pub mod email_change;
pub mod export;
mod limits;
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
    error::{Error, catch_panic},
    mail_tokens::LinkOwner,
    request_origin::RequestOrigin,
    sweep::{Backlog, Swept},
    viewer::Viewer,
};
use crate::{
    domain::{
        deletion::Strategy, id::LedgerId, language::Language, password::LengthRule, sessions::Lifetime, time::Span,
    },
    server::{
        clock::Clock,
        config::{Limits, Settings},
        crypto::{hasher::Hasher, judge::Judge, pool::Turns, random::Random, token::KeyRing},
        export::files::ExportFiles,
        metrics::Metrics,
        oauth::Providers,
        store::{Db, Ledger},
    },
};

/// How many passwords may wait to be hashed, and how many to be judged, before more are refused (checklist §3.3).
const QUEUE: usize = 64;
/// The folder of exports, within `server.data_dir`.
const EXPORTS: &str = "exports";
/// For how long the link that confirms a new account's address works (behaviour §3).
pub const VERIFY_EMAIL_TTL: Span = Span::hours(24);
/// For how long a reset link works (behaviour §3; within the 24 h of NIST SP 800-63B-4 §4.2.1.2).
pub const RESET_PASSWORD_TTL: Span = Span::minutes(60);

/// The settings that the actions obey.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The start of every link in a letter; no slash at the end.
    pub base_url: String,
    /// The product's name.
    pub product: String,
    /// The language of every letter; `None` if each account has its own.
    pub language: Option<Language>,
    /// The site's host, on which a password must not be based.
    pub host: String,
    /// How long sudo mode lasts.
    pub sudo_ttl: Span,
    /// How a deletion erases an account.
    pub deletion_strategy: Strategy,
    /// The time between the request for a deletion and its execution.
    pub grace_period: Span,
    /// How long before the execution each reminder is sent.
    pub reminders: Vec<Span>,
    /// For how long the new address may confirm a change.
    pub email_change_ttl: Span,
    /// For how long the old address may undo a change.
    pub undo_window: Span,
    /// How long sessions live.
    pub session: Lifetime,
    /// How long passwords may be.
    pub password: LengthRule,
    /// How often callers may do what costs something.
    pub limits: Limits,
}

/// What an action needs: database, clock, keys and so on. Cheap to clone.
#[derive(Clone)]
pub struct Lifecycle {
    /// The database.
    pub db: Db,
    /// The only source of time.
    pub clock: Clock,
    /// Decides whether the clock can be trusted for erasing accounts.
    pub watch: ClockGuard,
    /// The only source of randomness.
    pub random: Random,
    /// The bounded pool that hashes passwords.
    pub hasher: Hasher,
    /// The bounded pool that judges new passwords.
    pub judge: Judge,
    /// The keys of mail tokens.
    pub keys: KeyRing,
    /// The identity providers of the settings.
    pub providers: Providers,
    /// The files of exports.
    pub exports: ExportFiles,
    /// The ledger of erasures, outside the database.
    pub ledger: Ledger,
    /// The counters of this process.
    pub metrics: Metrics,
    /// The settings.
    pub policy: std::sync::Arc<Policy>,
}

impl Lifecycle {
    /// The actions for `settings`, on `db`.
    #[must_use]
    pub fn new(settings: &Settings, db: Db, clock: Clock, random: Random) -> Self {
        let password = &settings.password;
        Self {
            providers: {
                let base_url = &settings.server.base_url;
                Providers::new(&settings.providers, base_url, &clock, &settings.authorities)
            },
            db,
            watch: ClockGuard::begin(&clock),
            clock,
            hasher: Hasher::new(password.argon2, Turns::new(password.threads, QUEUE), random.clone()),
            judge: Judge::new(Turns::new(password.threads.div_ceil(2), QUEUE), settings.breached.clone()),
            ledger: Ledger::at(settings.ledger_url(), LedgerId::from_random(random.bytes())),
            metrics: Metrics::default(),
            random,
            keys: settings.keys.clone(),
            exports: ExportFiles::new(settings.server.data_dir.join(EXPORTS)),
            policy: std::sync::Arc::new(Policy::new(settings)),
        }
    }

    /// How far the clock is ahead of trusted time; `None` if it can be trusted. While it is ahead, deletions wait
    /// in this process and in every process that starts later.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Undecided`] or [`Error::Internal`] if the database fails. The guard queries
    /// it at the first call and while the clock is ahead.
    pub async fn clock_ahead(&self) -> Result<Option<Span>, Error> {
        self.watch.ahead_at(&self.db, self.clock.read()).await
    }

    /// Closes the database and the ledger, when the process shuts down.
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
            product: settings.site.name.clone(),
            language: settings.site.language,
            sudo_ttl: settings.sudo.ttl,
            deletion_strategy: settings.deletion.strategy,
            grace_period: settings.deletion.grace_period,
            reminders: settings.deletion.reminders.clone(),
            email_change_ttl: settings.email_change.ttl,
            undo_window: settings.email_change.undo_window,
            session: settings.session,
            password: settings.password.length(),
            limits: settings.limits,
        }
    }
}
