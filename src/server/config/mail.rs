//! Section `mail`: where letters go, and who they are from.

use secrecy::{ExposeSecret, SecretString};

use super::{Environment, Server, error::SettingError, key, reader::Reader};
use crate::server::mail::Smtp;

/// Letters.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Where they go.
    pub transport: MailTransport,
    /// Who they are from: "Signet <no-reply@example.com>".
    pub from: String,
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
    /// Reads the section; whether the server of `mail.transport` answers is not asked.
    pub(super) fn read(reader: &Reader, server: &Server, environment: Environment) -> Result<Self, SettingError> {
        let from = reader.optional_text(&key::MAIL_FROM)?;
        let from = from.unwrap_or_else(|| format!("Signet <no-reply@{}>", server.mail_domain()));
        if from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(reader.wrong(&key::MAIL_FROM));
        }
        let transport = match reader.text(&key::MAIL_TRANSPORT)? {
            mailbox if mailbox == "mailbox" => MailTransport::Mailbox,
            url => MailTransport::Smtp(url.into()),
        };
        match (&transport, environment) {
            (MailTransport::Mailbox, Environment::Production) => Err(reader.refused(
                &key::MAIL_TRANSPORT,
                "sends nothing and shows every letter to anybody",
                "in production smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465",
            )),
            (MailTransport::Smtp(url), _) if Smtp::new(url.expose_secret(), &from, &server.base_url).is_err() => {
                Err(reader.wrong(&key::MAIL_TRANSPORT))
            }
            _ => Ok(Self { transport, from }),
        }
    }
}
