//! Puts a letter into an Internet message.
//!
//! Typed builders make every header and encode characters that could end it; no text is inserted raw (checklist
//! A24).

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message,
    message::{
        Mailbox as Person, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

use super::{Letter, error::MailError};
use crate::domain::time::Timestamp;

/// The sender of every letter.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    /// The `From` line.
    pub(super) person: Person,
    /// The right side of the message id.
    pub(super) host: String,
}

/// Builds the message. `id` names this letter, and is the same in every attempt to send it, so that a server can
/// detect duplicates.
pub(super) fn build(letter: &Letter, id: &str, now: Timestamp, sender: &Sender) -> Result<Message, MailError> {
    let to: Address = letter.to.parse().map_err(|_| MailError::Address)?;
    let seconds = u64::try_from(now.0).unwrap_or(0);
    let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    Message::builder()
        .from(sender.person.clone())
        .to(Person::new(None, to))
        .subject(letter.subject.clone())
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(format!("<{id}@{}>", sender.host)))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(MailError::Message)
}

/// Marks the message as automatic, so that mail programs send no out-of-office reply (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn core::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests;
