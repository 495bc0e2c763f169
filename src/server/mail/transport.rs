//! The ways in which a letter can leave.

use std::sync::{Arc, Mutex, PoisonError};

use super::{
    Letter, Mailbox,
    error::MailError,
    smtp::{SEND_LIMIT, Smtp},
};
use crate::domain::time::Timestamp;

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
