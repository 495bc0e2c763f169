//! Where the driver would connect to.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

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
}
