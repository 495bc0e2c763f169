//! Mail: puts letters together, and delivers them.
//!
//! [`compose`] turns a [`Kind`] and its [`Facts`] into a [`Letter`], with the words of `copy::letters`.
//! [`Transport`] delivers it.
//!
//! A letter contains no display name, shows another address only masked (checklist A25), and begins every link with
//! the configured base URL (A18).

mod error;
mod facts;
mod layout;
mod letters;
mod mailbox;
mod message;
mod plan;
mod smtp;
mod transport;

#[cfg(test)]
mod tests;

pub use error::MailError;
pub use facts::{Code, ComposeError, Facts, Link};
pub use mailbox::{Mailbox, Mailed};
pub use plan::SettingError;
pub use smtp::{SEND_LIMIT, Smtp};
pub use transport::Transport;

use self::layout::Layout;
use crate::domain::{email::Email, outbox::Kind};

/// A letter, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The one recipient, in the ASCII form of the address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same words as HTML.
    pub html: String,
    /// Every link in the letter, in reading order. The letter's main link comes first.
    pub links: Vec<String>,
}

/// Writes a letter.
///
/// # Errors
/// [`ComposeError`] if a fact is missing that this kind of letter has to state: an incomplete letter is never sent.
pub fn compose(kind: Kind, to: &Email, facts: &Facts) -> Result<Letter, ComposeError> {
    let words = letters::words(kind, to, facts)?;
    let layout = Layout::of(words, facts)?;
    Ok(Letter {
        to: to.ascii_form(),
        text: layout.text(),
        html: layout.html(),
        links: layout.links(),
        subject: layout.subject,
    })
}

/// A letter contains an address and often a working link. Neither belongs in a log.
impl core::fmt::Debug for Letter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Letter").finish_non_exhaustive()
    }
}
