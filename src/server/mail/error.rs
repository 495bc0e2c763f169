//! Why a letter was not sent.

use std::{io, path::PathBuf};

use lettre::transport::smtp;

use crate::server::tls::cause;

/// Why a letter was not sent. Contains no text of the server: servers repeat addresses, and the error is logged.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The recipient is not a single plain address. Another try will not help.
    #[error("the recipient is not an address that mail can be sent to")]
    Address,
    /// The letter cannot be put into a message. Another try will not help.
    #[error("the letter cannot be put into a message")]
    Message(#[source] lettre::error::Error),
    /// The connection or TLS failed, or the server refused the credentials.
    #[error("the mail server {server} cannot be used: {why}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// The reason, in our words.
        why: String,
    },
    /// The server knows no such recipient. Another try will not help.
    #[error("the mail server answered {0}: there is no such recipient")]
    NoRecipient(u16),
    /// The server answered with another error code. Another try may help, also after a 5xx: servers send one when
    /// Signet has used up its quota.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// The connection broke. The letter may have been delivered.
    #[error("the connection to the mail server {server} broke: {why}")]
    Broken {
        /// Host and port.
        server: String,
        /// The reason, in our words.
        why: String,
    },
    /// The server took too long. The letter may have been delivered.
    #[error("the mail server {0} did not answer in time")]
    Timeout(String),
    /// The development mailbox cannot be written.
    #[error("the development mailbox {folder:?} in server.data_dir cannot be written: {error}")]
    Mailbox {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
}

impl MailError {
    /// The error of a connection to `server` that cannot be made.
    pub(super) fn unreachable(server: String, error: &smtp::Error) -> Self {
        Self::Unreachable { server, why: why(error) }
    }

    /// The error of a connection to `server` that broke.
    pub(super) fn broken(server: String, error: &smtp::Error) -> Self {
        Self::Broken { server, why: why(error) }
    }

    /// Whether another try with the same letter will certainly fail.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Address | Self::Message(_) | Self::NoRecipient(_))
    }

    /// The error for a server's answer: its code, and the text behind it, of which only the enhanced status code (RFC
    /// 3463) is read.
    pub(super) fn of_answer(code: u16, text: &str) -> Self {
        let status = text.split_whitespace().next().filter(|word| word.starts_with("5.") && word.len() >= 5);
        let is_of_recipient = match status {
            // "Bad destination mailbox address", and "mailbox disabled".
            Some(status) => status.starts_with("5.1.") || status == "5.2.1",
            // RFC 5321 §4.2.3, and RFC 7504: a domain that accepts no mail.
            None => matches!(code, 550 | 551 | 553 | 556),
        };
        if is_of_recipient { Self::NoRecipient(code) } else { Self::Refused(code) }
    }
}

/// The reason without any text of the server's.
fn why(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => of_status(code.into()),
        None if error.is_timeout() => "it did not answer in time".to_owned(),
        None => cause(error),
    }
}

/// The reason for which the server breaks off with this code.
fn of_status(code: u16) -> String {
    // RFC 4954 §6: authentication is required, too weak, or failed. 538 is of RFC 2554: it needs TLS.
    let is_of_credentials = matches!(code, 530 | 534 | 535 | 538);
    let hint = if is_of_credentials { " (the user and the password of mail.transport may be wrong)" } else { "" };
    format!("it answered {code}{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_about_the_recipient_is_final() {
        let cases = [
            (550, "no such mailbox", true),
            (550, "5.1.1 no such user", true),
            (550, "5.4.5 Daily sending quota exceeded", false),
            (550, "5.7.1 blocked by policy", false),
            (552, "5.2.2 mailbox full", false),
            (550, "5.2.1 mailbox disabled", true),
            (551, "", true),
            (553, "not allowed", true),
            (554, "transaction failed", false),
            (554, "5.1.2 bad domain", true),
            (556, "", true),
            (451, "4.1.1 later", false),
            (421, "too busy", false),
        ];
        for (code, text, is_final) in cases {
            assert_eq!(MailError::of_answer(code, text).is_final(), is_final, "{code} {text}");
        }
    }

    #[test]
    fn only_an_answer_about_the_credentials_puts_them_in_doubt() {
        for code in [530, 534, 535, 538] {
            let words = format!("it answered {code} (the user and the password of mail.transport may be wrong)");
            assert_eq!(of_status(code), words);
        }
        for code in [421, 450, 454, 500, 502, 550, 554] {
            assert_eq!(of_status(code), format!("it answered {code}"));
        }
    }
}
