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

/// Part of the line for a host name that does not exist.
const UNKNOWN_NAME: &str = "its host name is not known";

/// Whether a line gives the reason `why`. Where the machine's resolver says nothing about a name that does not exist, the
/// time is over before anybody knows that.
fn gives(line: &str, why: &str) -> bool {
    line.contains(why) || why == UNKNOWN_NAME && line.contains("did not answer in time")
}

/// The ways in which an operator can name an authority: variables of the environment.
fn ways(authority: &Authority) -> [(&'static str, String); 3] {
    [
        ("SIGNET_TLS__CA_FILE", authority.file()),
        ("SSL_CERT_FILE", authority.file()),
        ("SSL_CERT_DIR", authority.folder()),
    ]
}
