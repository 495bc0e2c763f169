//! Section `mail`: where letters go, and their sender.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::{
    Environment, Server,
    error::{SettingError, shown_in_part},
    site, value,
};
use crate::server::{mail::Smtp, tls::Authorities};

const SENDER: &str = "a sender, such as \"Signet <no-reply@example.com>\"";

/// Letters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// `mailbox` in development only; `smtp://USER:PASSWORD@HOST:587`, `smtps://USER:PASSWORD@HOST:465`, special
    /// characters percent-encoded.
    #[serde(deserialize_with = "transport")]
    pub transport: MailTransport,
    /// The sender of every letter. In the default, `NAME` is `site.name`, and `HOST` is the host of `base_url`, or
    /// `localhost` if that host is an IP address. Without it: `NAME <no-reply@HOST>`.
    #[serde(default, deserialize_with = "sender")]
    pub from: Option<String>,
}

/// Where letters go.
#[derive(Clone, Debug)]
pub enum MailTransport {
    /// Into the development mailbox in the data folder.
    Mailbox,
    /// To the mail server at this URL, which may hold a password.
    Smtp(SecretString),
}

impl Mail {
    /// Returns the sender of the letters from the site of `product` at `server`.
    #[must_use]
    pub fn sender(&self, server: &Server, product: &str) -> String {
        let host = server.host();
        // An email address has no IP address behind the `@`.
        let domain = if site::address(host).is_some() { "localhost" } else { host };
        // A backslash quotes what would end the quoted name (RFC 5322 §3.2.4).
        let quoted = || product.replace('\\', "\\\\").replace('"', "\\\"");
        let is_plain = product.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == ' ');
        let name = if is_plain { product.to_owned() } else { format!("\"{}\"", quoted()) };
        self.from.clone().unwrap_or_else(|| format!("{name} <no-reply@{domain}>"))
    }

    /// Whether the mail server has to prove by a certificate who it is.
    pub(super) fn speaks_tls(&self) -> bool {
        matches!(&self.transport, MailTransport::Smtp(url) if Smtp::speaks_tls(url.expose_secret()))
    }

    /// Refuses a default sender that is no address, and refuses the mailbox in production. Does not check that the
    /// server of `mail.transport` answers.
    pub(super) fn check(&self, environment: Environment, sender: &str) -> Result<(), SettingError> {
        if !is_sender(sender) {
            let problem = format!("is not set, and {sender:?} is no sender");
            return Err(SettingError::new("mail.from", problem, SENDER));
        }
        if environment == Environment::Development || matches!(self.transport, MailTransport::Smtp(_)) {
            return Ok(());
        }
        let problem = "\"mailbox\" sends nothing and shows every letter to anybody";
        let accepted = "in production smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465";
        Err(SettingError::new("mail.transport", problem, accepted))
    }
}

fn transport<'de, D: Deserializer<'de>>(de: D) -> Result<MailTransport, D::Error> {
    let accepted = "\"mailbox\" in development, smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465, \
        with special characters in user and password percent-encoded";
    value::secret(de, accepted, shown_in_part, |text| match text {
        "mailbox" => Some(MailTransport::Mailbox),
        // Sender, site and authorities are not known yet. They do not matter for checking the URL.
        url => {
            let read = Smtp::new(url, "nobody@localhost", "http://localhost", &Authorities::default());
            read.ok().map(|_| MailTransport::Smtp(url.into()))
        }
    })
}

fn sender<'de, D: Deserializer<'de>>(de: D) -> Result<Option<String>, D::Error> {
    value::text(de, SENDER, |text| is_sender(text).then(|| Some(text.to_owned())))
}

fn is_sender(text: &str) -> bool {
    text.parse::<lettre::message::Mailbox>().is_ok()
}
