//! What a letter may have to state.

use super::date;
use crate::domain::{api_tokens::Described, email::Email, time::Timestamp};

/// The facts of one letter. Which of them are needed depends on its kind:
///
/// | kinds | needs |
/// |---|---|
/// | those with a [`Kind::link`](crate::domain::outbox::Kind::link) | `link` |
/// | `EmailChangeRequested`, `EmailChangedOld` | `other`: the new address |
/// | `EmailChangeUndone` | `other`: the address that the account has again |
/// | `PasswordReset`, `PasswordChanged`, `PasswordSet`, `NewDevice` | `at`: when it happened |
/// | `ProviderLinked`, `ProviderUnlinked` | `at`: when it happened; `provider` |
/// | `SudoCode` | `code` |
/// | `ExportReady` | `at`: until when it can be downloaded |
/// | `ApiTokenCreated` | `at`: when it was created; `api_token` |
/// | `DeletionScheduled`, `DeletionReminder` | `at`: when the account is erased |
/// | `NewDevice` | `device`, if there is anything to say |
/// | `PasswordReset` | `linked`, as far as there are any |
///
/// It has no `Debug`, since its link and its code are secrets.
#[derive(Clone)]
pub struct Facts {
    /// Where Signet is reached, without a slash at the end (setting `server.base_url`).
    pub base_url: String,
    /// The link that the letter is for.
    pub link: Option<Link>,
    /// The address that the letter speaks of. It is shown in full to whoever receives
    /// letters there, and masked to everybody else.
    pub other: Option<Email>,
    /// The instant that the letter speaks of.
    pub at: Option<Timestamp>,
    /// What the browser calls itself (`User-Agent`): hostile text, said in words of our own.
    pub device: Option<String>,
    /// The name of the provider that the letter speaks of.
    pub provider: Option<String>,
    /// The API token that the letter speaks of.
    pub api_token: Option<Described>,
    /// The names of the providers that are ways in to the account.
    pub linked: Vec<String>,
    /// The code that the letter is for.
    pub code: Option<Code>,
}

/// A code that works for a while.
#[derive(Clone)]
pub struct Code {
    /// The code.
    pub text: String,
    /// When it stops working.
    pub until: Timestamp,
}

/// A link that works for a while.
#[derive(Clone)]
pub struct Link {
    /// The whole URL, token included.
    pub url: String,
    /// When it stops working.
    pub until: Timestamp,
}

/// A letter that cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The letter is there for its link, and has none.
    #[error("the letter has no link")]
    NoLink,
    /// The link leads somewhere else than to this Signet.
    #[error("the letter's link does not begin with the base URL")]
    ForeignLink,
    /// The letter speaks of another address, and has none.
    #[error("the letter has no other address")]
    NoOtherAddress,
    /// The letter speaks of an instant, and has none.
    #[error("the letter has no date")]
    NoDate,
    /// The letter speaks of a provider, and has none.
    #[error("the letter has no provider")]
    NoProvider,
    /// The letter speaks of an API token, and has none.
    #[error("the letter has no API token")]
    NoToken,
    /// The letter is there for its code, and has none.
    #[error("the letter has no code")]
    NoCode,
}

impl Facts {
    /// A page of Signet, from its path.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// The host, with its port, that links lead to.
    pub(super) fn host(&self) -> &str {
        let base = self.base_url.as_str();
        base.split_once("://").map_or(base, |(_, host)| host)
    }

    /// The URL of the link.
    pub(super) fn url(&self) -> Result<&str, ComposeError> {
        let url = self.link.as_ref().ok_or(ComposeError::NoLink)?.url.as_str();
        let path = url.strip_prefix(self.base_url.as_str());
        if path.is_some_and(|path| path.starts_with('/')) { Ok(url) } else { Err(ComposeError::ForeignLink) }
    }

    /// When the link stops working, in words.
    pub(super) fn until(&self) -> Result<String, ComposeError> {
        let link = self.link.as_ref().ok_or(ComposeError::NoLink)?;
        Ok(date::minute(link.until))
    }

    /// The instant in words, to the minute.
    pub(super) fn minute(&self) -> Result<String, ComposeError> {
        self.at.map(date::minute).ok_or(ComposeError::NoDate)
    }

    /// The instant in words, to the day.
    pub(super) fn day(&self) -> Result<String, ComposeError> {
        self.at.map(date::day).ok_or(ComposeError::NoDate)
    }

    /// The name of the provider.
    pub(super) fn provider(&self) -> Result<&str, ComposeError> {
        self.provider.as_deref().ok_or(ComposeError::NoProvider)
    }

    /// The API token.
    pub(super) fn api_token(&self) -> Result<&Described, ComposeError> {
        self.api_token.as_ref().ok_or(ComposeError::NoToken)
    }

    /// The code, and until when it works, in words.
    pub(super) fn code(&self) -> Result<(&str, String), ComposeError> {
        let code = self.code.as_ref().ok_or(ComposeError::NoCode)?;
        Ok((&code.text, date::minute(code.until)))
    }

    /// The other address as `reader` may see it.
    pub(super) fn other_shown_to(&self, reader: &Email) -> Result<String, ComposeError> {
        let other = self.other.as_ref().ok_or(ComposeError::NoOtherAddress)?;
        if other.key() == reader.key() { Ok(other.ascii_form()) } else { Ok(other.masked()) }
    }
}
