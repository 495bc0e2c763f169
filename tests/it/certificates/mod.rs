//! Providers, the mail server and PostgreSQL with certificates of a private authority: refused, with the host and the
//! reason in the log, until the operator names the authority.

mod authority;
mod database;
mod failures;
mod mail;
pub mod postgres;
mod provider;

use self::authority::Authority;

/// Part of the line for a certificate of an authority that is not trusted.
const UNKNOWN: &str =
    "its certificate is of an authority that is not trusted here; tls.ca_file names further authorities";

/// The ways in which an operator can name an authority: variables of the environment.
fn ways(authority: &Authority) -> [(&'static str, String); 3] {
    [
        ("SIGNET_TLS__CA_FILE", authority.file()),
        ("SSL_CERT_FILE", authority.file()),
        ("SSL_CERT_DIR", authority.folder()),
    ]
}
