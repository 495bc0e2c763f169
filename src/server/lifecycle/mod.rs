//! The actions of an account's life, one file per action, and the table that says what
//! each of them needs, revokes, mails and records.
//!
//! An action is a method of [`Lifecycle`]. It opens one transaction, holds the account's
//! row, asks the domain whether it may, tells the store, enqueues the letters and records
//! the event; then everything commits together or nothing does. It knows neither HTTP
//! nor Leptos.

mod api_viewer;
mod begin_provider;
mod build_export;
mod cancel_deletion;
mod cancel_email_change;
mod change_password;
mod check;
mod confirm_clock;
mod confirm_email_change;
mod confirm_sudo;
mod confirm_sudo_by_code;
mod confirm_sudo_by_provider;
mod create_api_token;
mod disown_event;
mod download_export;
mod erase;
mod erasure_ledger;
mod error;
mod execute_deletion;
mod finish_provider;
mod link;
mod link_provider;
mod post;
mod postpone_deletions;
pub mod queries;
mod replay_erasures;
mod request_email_change;
mod request_export;
mod request_password_reset;
mod request_sudo_code;
mod resend_confirmation;
mod reset_password;
mod revoke;
mod revoke_all_api_tokens;
mod revoke_api_token;
mod revoke_other_sessions;
mod revoke_session;
mod revoke_session_by_token;
mod rules;
mod schedule_deletion;
mod send_letter;
mod set_password;
mod sign_in;
mod sign_in_with_provider;
mod sign_out;
mod sign_up;
mod source;
mod sweep;
mod transaction;
mod undo_email_change;
mod unlink_provider;
mod update_profile;
mod verify_email;
mod viewer;

pub use self::{
    api_viewer::ApiViewer,
    begin_provider::ATTEMPT_TTL,
    build_export::Building,
    change_password::PasswordChanged,
    check::check,
    confirm_clock::{Watch, confirm_clock},
    download_export::Download,
    error::Error,
    execute_deletion::Execution,
    finish_provider::{Callback, Ended, Finished},
    replay_erasures::{Concessions, Replay, Replayed},
    rules::{Action, Revoke, Rule, TABLE},
    send_letter::Sending,
    sign_in::SignedIn,
    source::Source,
    sweep::{Backlog, Due, Swept},
    undo_email_change::Undone,
    viewer::{Sudo, Viewer},
};
use crate::{
    domain::{deletion::Strategy, id::LedgerId, password::LengthRule, session::Lifetime, time::Span},
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
    pub watch: Watch,
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
            watch: Watch::begin(&clock),
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
            host: settings.server.host(),
            base_url,
            sudo_ttl: settings.sudo.ttl,
            deletion_strategy: settings.deletion.strategy,
            grace_period: settings.deletion.grace_period,
            reminders: settings.deletion.reminders.clone(),
            email_change_ttl: settings.email_change.ttl,
            undo_window: settings.email_change.undo_window,
            session: settings.session,
            password: settings.password.length,
        }
    }
}
