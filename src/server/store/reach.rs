//! Where the driver would connect to.

use std::{path::Path, str::FromStr};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};
use url::Url;

use super::StoreError;

/// Where a database is, as the driver understands its URL and its own environment variables (`PGHOST`, `PGSSLMODE`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A file, or a server behind a socket of this machine.
    Here,
    /// A server that is reached over the network.
    Network {
        /// The name or the address of the server.
        host: String,
        /// Whether the driver checks the server's certificate, and that it was issued for this host
        /// (`sslmode=verify-full`; `verify-ca` takes any certificate of the authority).
        is_verified: bool,
    },
}

impl Reach {
    /// Where a connection to `url` would lead.
    ///
    /// # Errors
    /// [`StoreError`] if the driver cannot read the URL.
    pub fn of(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            return Ok(Self::Here);
        }
        let options = PgConnectOptions::from_str(url)?;
        let host = options.get_host();
        // The driver takes a host that begins with a slash for the folder of a socket.
        if options.get_socket().is_some() || host.starts_with('/') {
            return Ok(Self::Here);
        }
        let is_verified = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
        Ok(Self::Network { host: host.to_owned(), is_verified })
    }

    /// Whether the driver checks the server's certificate, and nothing but its usual authorities says whose it may be.
    #[must_use]
    pub fn needs_authorities(url: &str) -> bool {
        if url.starts_with("sqlite:") {
            return false;
        }
        let Ok(options) = PgConnectOptions::from_str(url) else { return false };
        // The driver tells by its URL only whether the setting or `PGSSLROOTCERT` names a file.
        let is_named = options.to_url_lossy().query_pairs().any(|(key, _)| key == "sslrootcert");
        matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull) && !is_named
    }

    /// The URL with which the driver also accepts the authorities of `file`, if it has to accept any. A file that the
    /// URL names itself stays the one that counts.
    #[must_use]
    pub fn trusting(url: &SecretString, file: &Path) -> SecretString {
        let (Ok(mut trusting), Some(file)) = (Url::parse(url.expose_secret()), file.to_str()) else {
            return url.clone();
        };
        if !Self::needs_authorities(url.expose_secret()) {
            return url.clone();
        }
        trusting.query_pairs_mut().append_pair("sslrootcert", file);
        String::from(trusting).into()
    }
}
