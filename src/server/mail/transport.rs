//! The ways in which a letter can leave.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lettre::transport::smtp;

use super::{Letter, Mailbox, Smtp};
use crate::domain::time::Timestamp;

/// Longest time that sending one letter may take, from the first packet to the server's
/// last word: a job that waits for a silent server keeps others waiting.
pub const SEND_LIMIT: Duration = Duration::from_secs(19);

/// Where letters go.
#[derive(Clone)]
pub enum Transport {
    /// To a mail server.
    Smtp(Smtp),
    /// Into the development mailbox.
    Mailbox(Mailbox),
    /// Into memory, for tests to look at.
    Kept(Arc<Mutex<Vec<Letter>>>),
    /// Nowhere: every letter is turned away for now (451), as by a server in trouble.
    Failing,
    /// Nowhere: every letter fails after [`SEND_LIMIT`], as with a server that is silent.
    Hanging,
}

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

impl Transport {
    /// Sends one letter. `id` names it, the same at every attempt (it becomes the
    /// message's id); `now` is when it is sent.
    ///
    /// # Errors
    /// [`MailError`]; a letter that was not taken within [`SEND_LIMIT`] counts as not sent.
    pub async fn send(&self, letter: &Letter, id: &str, now: Timestamp) -> Result<(), MailError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter, id, now).await,
            Self::Mailbox(mailbox) => mailbox.put(letter, now).await.map_err(MailError::Mailbox),
            Self::Kept(letters) => {
                let mut letters = letters.lock().unwrap_or_else(PoisonError::into_inner);
                letters.push(letter.clone());
                Ok(())
            }
            Self::Failing => Err(MailError::Refused(451)),
            Self::Hanging => {
                tokio::time::sleep(SEND_LIMIT).await;
                Err(MailError::Timeout)
            }
        }
    }
}
