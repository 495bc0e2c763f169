//! The settings: every key and its accepted values. `Leptos.toml` has the defaults.
//!
//! The settings come from `Leptos.toml`, then from the file of `--config`, then from the environment; a later
//! source overrides an earlier one. Signet checks all settings before any part of the site starts. No other module
//! reads the environment.
//!
//! A field of a section is a key. The first paragraph of its comment is its line in the table of README.md, which
//! `tests/it/settings/table.rs` prints; the rest is for programmers.

mod database;
mod environment;
mod error;
mod layers;
mod leptos;
mod limits;
mod mail;
mod password;
mod presentation;
mod provider;
mod secret_key;
mod site;
mod sources;
mod tls;
mod value;

use core::fmt::Display;
use std::{collections::BTreeMap, path::Path};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use self::layers::Layers;
pub use self::{
    database::Database,
    environment::Environment,
    error::SettingError,
    limits::Limits,
    mail::{Mail, MailTransport},
    password::Password,
    presentation::Presentation,
    provider::Provider,
    site::Server,
    sources::Sources,
    tls::Tls,
    value::span,
};
use super::{
    crypto::{breached::BreachedList, token::KeyRing},
    store::Reach,
    tls::Authorities,
};
use crate::domain::{
    deletion::Strategy,
    sessions::{Lifetime, SHORTEST_IDLE},
    time::Span,
};

/// All settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the process runs.
    pub environment: Environment,
    /// Whether this process runs the workers (`SIGNET_WORKER`). If it only serves, another process on the same
    /// database must run them.
    pub worker: bool,
    /// Whether `cargo leptos watch` started this process in development, so that open pages reload after a build.
    pub is_watched: bool,
    /// The secret keys (`SIGNET_SECRET_KEY`).
    pub keys: KeyRing,
    /// Section `server`.
    pub server: Server,
    /// Section `site`.
    pub site: Presentation,
    /// Section `database`.
    pub database: Database,
    /// Section `mail`.
    pub mail: Mail,
    /// Section `tls`.
    pub tls: Tls,
    /// The authorities that the settings trust; those of the machine are read only if the settings need TLS.
    pub authorities: Authorities,
    /// Section `sudo`.
    pub sudo: Sudo,
    /// Section `deletion`.
    pub deletion: Deletion,
    /// Section `email_change`.
    pub email_change: EmailChange,
    /// Section `session`.
    pub session: Lifetime,
    /// Section `password`.
    pub password: Password,
    /// Section `limits`.
    pub limits: Limits,
    /// The list that `password.breached_file` names, open.
    pub breached: Option<BreachedList>,
    /// The tables `[[provider]]`, in the order of their buttons.
    pub providers: Vec<Provider>,
}

/// The sections that files and the environment may have, in the order of README.md.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sections {
    server: Server,
    site: Presentation,
    database: Database,
    mail: Mail,
    tls: Tls,
    sudo: Sudo,
    deletion: Deletion,
    email_change: EmailChange,
    #[serde(with = "Session")]
    session: Lifetime,
    password: Password,
    limits: Limits,
    /// The providers with which people can sign in, a table for each: `id`, `name`, `kind` (`oidc` with `issuer`,
    /// or `github`), `client_id`, `client_secret`; in the environment `SIGNET_PROVIDER__<ID>__<KEY>`.
    /// [docs/PROVIDERS.md](docs/PROVIDERS.md) sets up Google, GitHub and others, step by step. Without it: none.
    provider: BTreeMap<String, Provider>,
}

/// Sudo mode.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sudo {
    /// How long a confirmation lasts; using it does not lengthen it.
    #[serde(deserialize_with = "value::read_span")]
    pub ttl: Span,
}

/// Deletion.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// What executing a deletion does: `anonymize` clears what is personal and keeps the row, `soft_delete` keeps
    /// the row and its data, `hard_delete` keeps nothing.
    /// [docs/features/deletion.md](docs/features/deletion.md#erasing) has it in full.
    #[serde(deserialize_with = "value::strategy")]
    pub strategy: Strategy,
    /// How long an account stays closed before Signet erases it; in production at least as long as
    /// `email_change.undo_window`.
    #[serde(deserialize_with = "value::read_span")]
    pub grace_period: Span,
    /// The list of reminders: how long before erasing the account Signet sends each of them.
    #[serde(deserialize_with = "value::different_spans")]
    pub reminders: Vec<Span>,
    /// The ledger of erasures: `sqlite://PATH` or `postgres://…`. It must not be the database of the accounts, and
    /// you must never restore the two together. Without it: `erasures.db` in `data_dir`.
    #[serde(default, deserialize_with = "database::read_url")]
    pub ledger: Option<SecretString>,
}

/// Changes of the address.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailChange {
    /// How long the new address can confirm a change.
    #[serde(deserialize_with = "value::read_span")]
    pub ttl: Span,
    /// How long the old address can take a confirmed change back.
    #[serde(deserialize_with = "value::read_span")]
    pub undo_window: Span,
}

/// The keys of [`Lifetime`].
#[derive(Deserialize)]
#[serde(remote = "Lifetime", deny_unknown_fields)]
struct Session {
    /// A session ends when it has not been used for this long.
    #[serde(deserialize_with = "value::read_span")]
    idle: Span,
    /// A session ends this long after the person signed in, even if it is in use.
    #[serde(deserialize_with = "value::read_span")]
    absolute: Span,
}

/// Refuses a session that would end while a person reads a page.
fn check_session(session: Lifetime) -> Result<(), SettingError> {
    if session.idle >= SHORTEST_IDLE {
        return Ok(());
    }
    let idle = session.idle.as_seconds();
    Err(SettingError::new(
        "session.idle",
        format!("{idle} seconds would end a session while a page is read"),
        "at least 1m",
    ))
}

impl Deletion {
    /// Refuses, in production, a grace period that ends before an email change can no longer be undone: an intruder
    /// could change the address and close the account, and it would be erased while its owner may still take it back.
    fn check(&self, environment: Environment, email_change: EmailChange) -> Result<(), SettingError> {
        let (grace, window) = (self.grace_period, email_change.undo_window);
        if environment == Environment::Development || grace >= window {
            return Ok(());
        }
        let (grace, window) = (grace.as_seconds(), window.as_seconds());
        Err(SettingError::new(
            "deletion.grace_period",
            format!("{grace} seconds are shorter than email_change.undo_window, which is {window} seconds"),
            "in production, at least email_change.undo_window",
        ))
    }
}

impl Settings {
    /// Reads and checks the settings of this process. In development, also makes the secret key if there is none.
    ///
    /// # Errors
    /// [`SettingError`], one line about the first setting that cannot be used.
    pub fn load(config_file: Option<&Path>) -> Result<Self, SettingError> {
        Self::from_sources(&Sources::of_process(config_file)?)
    }

    /// Reads and checks the settings in `sources`.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_sources(sources: &Sources) -> Result<Self, SettingError> {
        let environments = [("development", Environment::Development), ("production", Environment::Production)];
        let environment = sources.choice(sources::ENVIRONMENT, environments)?;
        let worker = sources.choice(sources::WORKER, [("on", true), ("off", false)])?;
        leptos::check(sources)?;
        let layers = Layers::of(sources)?;
        let sections: Sections = layers.read()?;
        sections.check(environment)?;
        Ok(Self {
            environment,
            worker,
            is_watched: environment == Environment::Development && sources.variable(sources::LEPTOS_WATCH).is_some(),
            authorities: sections.authorities(sources)?,
            providers: provider::checked(sections.provider, &layers.providers)?,
            breached: sections.password.breached()?,
            // The keys come last: reading them may make a file, and a start that fails should leave no file behind.
            keys: secret_key::keys(sources, environment, &sections.server.data_dir)?,
            server: sections.server,
            site: sections.site,
            database: sections.database,
            mail: sections.mail,
            tls: sections.tls,
            sudo: sections.sudo,
            deletion: sections.deletion,
            email_change: sections.email_change,
            session: sections.session,
            password: sections.password,
            limits: sections.limits,
        })
    }

    /// Returns the URL of the database: a file in the data folder, unless the settings name another database.
    #[must_use]
    pub fn database_url(&self) -> SecretString {
        self.trusting(&self.database.url_in(&self.server.data_dir))
    }

    /// Returns the URL of the ledger of erasures: a file in the data folder, unless the settings name another
    /// database.
    #[must_use]
    pub fn ledger_url(&self) -> SecretString {
        let beside = || database::in_data_dir(&self.server.data_dir, "erasures.db");
        self.trusting(&self.deletion.ledger.clone().unwrap_or_else(beside))
    }

    /// Returns the error for the accounts' database, which cannot be used because of `why`.
    #[must_use]
    pub fn database_error(&self, why: &impl Display) -> SettingError {
        self.unusable("database.url", self.database.url.as_ref(), why)
    }

    /// Returns the error for the ledger of erasures, which cannot be used because of `why`.
    #[must_use]
    pub fn ledger_error(&self, why: &impl Display) -> SettingError {
        self.unusable("deletion.ledger", self.deletion.ledger.as_ref(), why)
    }

    /// If no URL is set, the database is a file in the data folder, and that folder is what the operator has set.
    fn unusable(&self, key: &str, url: Option<&SecretString>, why: &impl Display) -> SettingError {
        if let Some(url) = url {
            let problem = format!("{:?}: {why}", error::without_secret(url.expose_secret()));
            let accepted = format!("a database that Signet can reach, read and write, as {}", database::ACCEPTED);
            return SettingError::new(key, problem, accepted);
        }
        let folder = self.server.data_dir.display().to_string();
        let accepted = format!("a folder in which Signet can make, read and write files, or another database in {key}");
        SettingError::new("server.data_dir", format!("{folder:?}: {why}"), accepted)
    }

    /// The URL of a database, which also trusts the operator's own authorities.
    fn trusting(&self, url: &SecretString) -> SecretString {
        self.tls.ca_file.as_ref().map_or_else(|| url.clone(), |file| Reach::trusting(url, file))
    }
}

impl Sections {
    /// The authorities that the settings trust.
    fn authorities(&self, sources: &Sources) -> Result<Authorities, SettingError> {
        let own = self.tls.own()?;
        if !self.needs_authorities() {
            return Ok(own);
        }
        let all = tls::of_machine(sources)?.and(&own);
        if all.is_empty() { Err(tls::none_known()) } else { Ok(all) }
    }

    /// Whether Signet may have to check the certificate of another server.
    fn needs_authorities(&self) -> bool {
        let database = self.database.url.iter().chain(&self.deletion.ledger);
        let mut urls = database.map(ExposeSecret::expose_secret);
        !self.provider.is_empty() || self.mail.speaks_tls() || urls.any(Reach::needs_authorities)
    }

    /// Checks the settings that depend on the environment or on another key.
    fn check(&self, environment: Environment) -> Result<(), SettingError> {
        self.server.check(environment)?;
        self.mail.check(environment, &self.mail.sender(&self.server, &self.site.name))?;
        self.password.check(environment)?;
        self.limits.check(environment)?;
        self.deletion.check(environment, self.email_change)?;
        check_session(self.session)?;
        let database = self.database.url_in(&self.server.data_dir);
        database::check("database.url", &database, environment)?;
        let Some(ledger) = &self.deletion.ledger else { return Ok(()) };
        database::check("deletion.ledger", ledger, environment)?;
        database::must_differ(ledger, &database)
    }
}

#[cfg(test)]
mod tests;
