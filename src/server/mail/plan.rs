//! The connection to the mail server, read from the setting `mail.transport`.

use core::{fmt, net::IpAddr};

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::Url;

/// Port for mail submission with STARTTLS (RFC 6409).
const SUBMISSION_PORT: u16 = 587;
/// Port for mail submission under TLS from the first byte (RFC 8314).
const SUBMISSIONS_PORT: u16 = 465;
/// Port of a relay on the same machine.
const RELAY_PORT: u16 = 25;

/// The mail server's address, and the security that the connection must have.
#[derive(Clone)]
pub(super) struct Plan {
    /// Host name or IP address; an IPv6 address has no brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
}

/// How the connection is protected. There is no "TLS if offered": an attacker between the two servers would simply
/// not offer it (ASVS V12.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// No encryption; only for a server on the same machine.
    Plain,
    /// STARTTLS; without it, no letter is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// A setting with which Signet cannot send mail. The error names its key, its value and the accepted form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// `mail.transport` is not the URL of a mail server.
    #[error(
        "mail.transport (value not shown, it may hold a password): accepted are \"mailbox\", \
         smtp://user:pass@host:587 (STARTTLS) and smtps://user:pass@host:465 (TLS), without path \
         and query, special characters in user and pass percent-encoded"
    )]
    Transport,
    /// `mail.from` is not one sender.
    #[error("mail.from = {0:?}: accepted is one sender, like Signet <no-reply@example.com>")]
    From(String),
    /// `server.base_url` has no host.
    #[error("server.base_url = {0:?}: accepted is a URL like https://example.com")]
    BaseUrl(String),
}

impl Plan {
    /// Reads the URL. `smtps://` means TLS. `smtp://` means STARTTLS, except on loopback, where no attacker can
    /// listen in and few servers have a certificate.
    pub(super) fn read(url: &str) -> Result<Self, SettingError> {
        let url = Url::parse(url).map_err(|_| SettingError::Transport)?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let host = url.host_str().filter(|host| is_bare && !host.is_empty());
        let host = host.ok_or(SettingError::Transport)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let (security, usual_port) = match (url.scheme(), is_loopback(&host)) {
            ("smtps", _) => (Security::Tls, SUBMISSIONS_PORT),
            ("smtp", false) => (Security::StartTls, SUBMISSION_PORT),
            ("smtp", true) => (Security::Plain, RELAY_PORT),
            _ => return Err(SettingError::Transport),
        };
        Ok(Self { port: url.port().unwrap_or(usual_port), credentials: credentials(&url)?, host, security })
    }

    /// Host and port, for the log.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Whether `host` is loopback for certain, without asking a resolver.
fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.to_canonical().is_loopback())
}

fn credentials(url: &Url) -> Result<Option<Credentials>, SettingError> {
    let decoded = |text| {
        let text = percent_decode_str(text).decode_utf8();
        text.map(String::from).map_err(|_| SettingError::Transport)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(SettingError::Transport),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

/// Leaves out the credentials.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
