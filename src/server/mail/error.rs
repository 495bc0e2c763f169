//! Why a letter was not sent.

use std::io;

use lettre::transport::smtp;

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
    #[error("the mail server cannot be used")]
    Unreachable(#[source] smtp::Error),
    /// The server answered with an error code: 4xx is temporary, 5xx is final.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// The connection broke. The letter may have been delivered.
    #[error("the connection to the mail server broke")]
    Broken(#[source] smtp::Error),
    /// The server took too long. The letter may have been delivered.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The development mailbox cannot be written.
    #[error("the development mailbox cannot be written")]
    Mailbox(#[source] io::Error),
}

impl MailError {
    /// Whether another try with the same letter will certainly fail.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Address | Self::Message(_) | Self::Refused(500..=599))
    }
}
