//! The settings: every key, its default, and what it may be.
//!
//! They come from `Leptos.toml`, then from the file of `--config`, then from the
//! environment. They are checked whole before anything starts; nothing else reads the
//! environment.

mod environment;
mod error;
mod key;
mod mail;
mod password;
mod provider;
mod reader;
mod secret_key;
mod site;
mod sources;

use std::{net::IpAddr, path::Path};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use self::{
    environment::Environment,
    error::SettingError,
    mail::{Mail, MailTransport},
    password::Password,
    provider::Provider,
    reader::span,
    site::Server,
    sources::Sources,
};
use self::{key::Key, reader::Reader};
use super::crypto::token::KeyRing;
use crate::domain::{deletion::Strategy, sessions::Lifetime, time::Span};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the server may take for granted.
    pub environment: Environment,
    /// Whether this process works off what is due (`SIGNET_WORKER`). Where it only serves, another
    /// one on the same database has to.
    pub worker: bool,
    /// Section `server`.
    pub server: Server,
    /// Section `database`.
    pub database: Database,
    /// The secret keys (`SIGNET_SECRET_KEY`).
    pub keys: KeyRing,
    /// Section `mail`.
    pub mail: Mail,
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
    /// The tables `[[provider]]`, in the order in which their buttons stand.
    pub providers: Vec<Provider>,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite:…` or `postgres://…`; may hold a password.
    pub url: SecretString,
}

/// Sudo mode.
#[derive(Clone, Copy, Debug)]
pub struct Sudo {
    /// How long it lasts.
    pub ttl: Span,
}

/// Deletion.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// What executing it does.
    pub strategy: Strategy,
    /// From asking for it to executing it.
    pub grace_period: Span,
    /// How long before it the reminders go out.
    pub reminders: Vec<Span>,
    /// Where the ledger of erasures is; `None` for a file of its own in the data folder. May hold
    /// a password.
    pub ledger: Option<SecretString>,
}

/// Changes of the address.
#[derive(Clone, Copy, Debug)]
pub struct EmailChange {
    /// How long the new address may confirm it.
    pub ttl: Span,
    /// How long the old address may take it back.
    pub undo_window: Span,
}

impl Settings {
    /// Reads and checks the settings of this process; makes the development key if need be.
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
        let reader = Reader::new(sources)?;
        let environment = Environment::read(sources)?;
        let server = Server::read(&reader, environment)?;
        let database = Database::read(&reader, &server, environment)?;
        Ok(Self {
            worker: has_worker(sources)?,
            mail: Mail::read(&reader, &server, environment)?,
            sudo: Sudo { ttl: reader.span(&key::SUDO_TTL)? },
            deletion: Deletion::read(&reader, &database, environment)?,
            email_change: EmailChange {
                ttl: reader.span(&key::EMAIL_CHANGE_TTL)?,
                undo_window: reader.span(&key::UNDO_WINDOW)?,
            },
            session: Lifetime {
                idle: reader.span(&key::SESSION_IDLE)?,
                absolute: reader.span(&key::SESSION_ABSOLUTE)?,
            },
            password: Password::read(&reader, environment)?,
            providers: provider::read(sources)?,
            // Last: it writes a file, which a start that is given up should not.
            keys: secret_key::keys(sources, environment, &server.data_dir)?,
            environment,
            server,
            database,
        })
    }

    /// Where the ledger of erasures is: beside the SQLite database, unless the settings name a
    /// better place.
    #[must_use]
    pub fn ledger_url(&self) -> SecretString {
        let beside = || in_data_dir(&self.server.data_dir, "erasures.db").into();
        self.deletion.ledger.clone().unwrap_or_else(beside)
    }
}

/// Whether `SIGNET_WORKER` leaves this process its workers.
fn has_worker(sources: &Sources) -> Result<bool, SettingError> {
    match sources.variable(sources::WORKER) {
        None | Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(other) => Err(SettingError::new(sources::WORKER, format!("{other:?} is neither"), "\"on\" or \"off\"")),
    }
}

impl Database {
    fn read(reader: &Reader, server: &Server, environment: Environment) -> Result<Self, SettingError> {
        let url = match reader.optional_text(&key::DATABASE_URL)? {
            Some(url) => url,
            None => in_data_dir(&server.data_dir, "signet.db"),
        };
        must_be_reachable(reader, &key::DATABASE_URL, &url, environment)?;
        Ok(Self { url: url.into() })
    }
}

/// A database that can be opened, and in production by nobody in between.
fn must_be_reachable(reader: &Reader, key: &Key, url: &str, environment: Environment) -> Result<(), SettingError> {
    let is_known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|s| url.starts_with(s));
    if !is_known {
        return Err(reader.wrong(key));
    }
    if environment == Environment::Production && !is_private(url) {
        let accepted = "postgres://…?sslmode=verify-full for a server on another machine";
        return Err(reader.refused(key, "would not check whom it talks to", accepted));
    }
    Ok(())
}

/// Whether nobody between here and the database can listen or answer in its stead: it is a
/// file or on this machine, or its certificate is checked (ASVS V12.3.2).
fn is_private(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return true };
    // Without a host it is a file, or a server behind a socket.
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_near = matches!(host, "" | "localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let mut options = url.query_pairs();
    is_near
        || url.scheme() == "sqlite"
        || options.any(|(name, value)| name == "sslmode" && matches!(value.as_ref(), "verify-full" | "verify-ca"))
}

/// A SQLite file in the data folder, as a URL.
fn in_data_dir(data_dir: &Path, name: &str) -> String {
    let path = data_dir.join(name).display().to_string();
    format!("sqlite://{}", path.replace('%', "%25").replace('?', "%3F"))
}

impl Deletion {
    fn read(reader: &Reader, database: &Database, environment: Environment) -> Result<Self, SettingError> {
        let word = reader.text(&key::STRATEGY)?;
        Ok(Self {
            strategy: Strategy::from_word(&word).ok_or_else(|| reader.wrong(&key::STRATEGY))?,
            grace_period: reader.span(&key::GRACE_PERIOD)?,
            reminders: reader.spans(&key::REMINDERS)?,
            ledger: ledger(reader, database, environment)?,
        })
    }
}

/// Where the settings want the ledger of erasures.
fn ledger(
    reader: &Reader,
    database: &Database,
    environment: Environment,
) -> Result<Option<SecretString>, SettingError> {
    let Some(url) = reader.optional_text(&key::LEDGER)? else { return Ok(None) };
    must_be_reachable(reader, &key::LEDGER, &url, environment)?;
    if place(&url) == place(database.url.expose_secret()) {
        let accepted = "another database: what is restored with the first cannot tell what it lacks";
        return Err(reader.refused(&key::LEDGER, "is database.url too", accepted));
    }
    Ok(Some(url.into()))
}

/// A database's URL without what leads to the same one either way.
fn place(url: &str) -> &str {
    let place = url.strip_prefix("sqlite:").map_or(url, |file| file.strip_prefix("//").unwrap_or(file));
    place.split('?').next().unwrap_or(place).trim_start_matches("./")
}

#[cfg(test)]
mod tests;
