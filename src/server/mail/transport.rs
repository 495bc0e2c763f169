//! The ways to deliver a letter.

use std::sync::{Arc, Mutex, PoisonError};

use super::{
    Letter, Mailbox,
    error::MailError,
    smtp::{SEND_LIMIT, Smtp},
};
use crate::domain::time::Timestamp;

/// The destination of letters.
#[derive(Clone)]
pub enum Transport {
    /// A mail server.
    Smtp(Smtp),
    /// The development mailbox.
    Mailbox(Mailbox),
    /// Memory, for tests to inspect.
    Kept(Arc<Mutex<Vec<Letter>>>),
    /// None: every letter is refused for now (451), as by an overloaded server.
    Failing,
    /// None: every letter fails after [`SEND_LIMIT`], as with a silent server.
    Hanging,
}

impl Transport {
    /// Sends one letter. `id` names it, and is the same in every attempt (it becomes the message id); `now` is the
    /// time of sending.
    ///
    /// # Errors
    /// [`MailError`]; a letter that the server did not accept within [`SEND_LIMIT`] counts as not sent.
    pub async fn send(&self, letter: &Letter, id: &str, now: Timestamp) -> Result<(), MailError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter, id, now).await,
            Self::Mailbox(mailbox) => {
                let unwritten = |error| MailError::Mailbox { folder: mailbox.folder().to_owned(), error };
                mailbox.put(letter, now).await.map_err(unwritten)
            }
            Self::Kept(letters) => {
                let mut letters = letters.lock().unwrap_or_else(PoisonError::into_inner);
                letters.push(letter.clone());
                Ok(())
            }
            Self::Failing => Err(MailError::Refused(451)),
            Self::Hanging => {
                tokio::time::sleep(SEND_LIMIT).await;
                Err(MailError::Timeout("that hangs".to_owned()))
            }
        }
    }
}
