//! Why a letter was not sent.

use std::io;

use lettre::transport::smtp;

/// A letter that was not sent. What a server said stays out of it: servers repeat
/// addresses, and these words end up in a log.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The recipient is not one plain address. Trying again is no use.
    #[error("the recipient is not an address that mail can be sent to")]
    Address,
    /// The letter does not make a message. Trying again is no use.
    #[error("the letter cannot be put into a message")]
    Message(#[source] lettre::error::Error),
    /// No connection, no TLS, or the server did not take the credentials.
    #[error("the mail server cannot be used")]
    Unreachable(#[source] smtp::Error),
    /// The server answered with an error code: 4xx for now, 5xx for good.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// The connection broke. The letter may have arrived all the same.
    #[error("the connection to the mail server broke")]
    Broken(#[source] smtp::Error),
    /// The server took too long. The letter may have arrived all the same.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The development mailbox cannot be written.
    #[error("the development mailbox cannot be written")]
    Mailbox(#[source] io::Error),
}

impl MailError {
    /// Whether sending the same letter again will certainly fail again.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Address | Self::Message(_) | Self::Refused(500..=599))
    }
}
