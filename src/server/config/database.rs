//! Section `database`, and the rules for every database that a setting names.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::{
    Environment,
    error::{SettingError, shown_in_part, without_secret},
    site, value,
};
use crate::server::store::Reach;

/// The form of a URL.
pub const ACCEPTED: &str = "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME";

/// The database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`. The variable `DATABASE_URL` sets this key too; if
    /// you set both, `SIGNET_DATABASE__URL` wins. In production the URL of a server on another machine needs
    /// `?sslmode=verify-full`. Without it: `signet.db` in `data_dir`.
    #[serde(default, deserialize_with = "read_url")]
    pub url: Option<SecretString>,
}

impl Database {
    pub(super) fn url_in(&self, data_dir: &Path) -> SecretString {
        self.url.clone().unwrap_or_else(|| in_data_dir(data_dir, "signet.db"))
    }
}

/// Reads the URL of a database of either kind.
pub fn read_url<'de, D: Deserializer<'de>>(de: D) -> Result<Option<SecretString>, D::Error> {
    value::secret(de, ACCEPTED, shown_in_part, |url| {
        let is_known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        is_known.then(|| Some(url.into()))
    })
}

/// Returns the URL of a SQLite file in the data folder.
pub fn in_data_dir(data_dir: &Path, name: &str) -> SecretString {
    let path = data_dir.join(name).display().to_string();
    format!("sqlite://{}", path.replace('%', "%25").replace('?', "%3F")).into()
}

/// Refuses, in production, a database server that an attacker on the network could impersonate. The driver itself says
/// where it would connect: the query of the URL and variables such as `PGHOST` may name another server than the URL.
pub fn check(key: &str, url: &SecretString, environment: Environment) -> Result<(), SettingError> {
    let url = url.expose_secret();
    match exposed_host(url) {
        Some(host) if environment == Environment::Production => {
            let problem =
                format!("{:?} connects to {host:?} without checking the server's certificate", without_secret(url));
            Err(SettingError::new(key, problem, "postgres://…?sslmode=verify-full for a server on another machine"))
        }
        _ => Ok(()),
    }
}

/// Returns the host that an attacker on the network could impersonate, or whose connection they could read. There is
/// none if the database is a file, or runs on this machine, or the driver checks the server's certificate and that it
/// is the server's own (ASVS V12.3.2). The driver opens no connection with a URL that it cannot read.
fn exposed_host(url: &str) -> Option<String> {
    match Reach::of(url) {
        Ok(Reach::Network { host, is_verified: false }) if !site::is_loopback(&host) => Some(host),
        _ => None,
    }
}

/// Refuses a ledger in the accounts' own database. An operator would restore both together, and the ledger could
/// not show which erasures the backup lacks.
pub fn must_differ(ledger: &SecretString, database: &SecretString) -> Result<(), SettingError> {
    let (ledger, database) = (ledger.expose_secret(), database.expose_secret());
    if place(ledger) != place(database) {
        return Ok(());
    }
    let problem = format!("{:?} is database.url too", without_secret(ledger));
    let accepted = "another database: a ledger that is restored with the accounts cannot show what the backup lacks";
    Err(SettingError::new("deletion.ledger", problem, accepted))
}

/// Returns the part of a database's URL that says which database it is. Leaves out `sqlite:`, a leading `./` and the
/// query.
fn place(url: &str) -> &str {
    let place = url.strip_prefix("sqlite:").map_or(url, |file| file.strip_prefix("//").unwrap_or(file));
    place.split('?').next().unwrap_or(place).trim_start_matches("./")
}
