//! The facts that letters state.

use crate::{
    copy::letters::Voice,
    domain::{api_tokens::Described, email::Email, language::Language, time::Timestamp},
};

/// The facts of one letter. Its kind decides which of them it needs:
///
/// | kinds | needs |
/// |---|---|
/// | those with a [`Kind::link`](crate::domain::outbox::Kind::link) | `link`; `DeletionScheduled` also does without |
/// | `EmailChangeRequested`, `EmailChangedOld` | `other`: the new address |
/// | `ConfirmEmailChange` | `other`: the address of the account now; also does without |
/// | `EmailChangeUndone` | `other`: the address that the account has again |
/// | `PasswordReset`, `PasswordChanged`, `PasswordSet`, `NewDevice` | `at`: when it happened |
/// | `ProviderLinked`, `ProviderUnlinked` | `at`: when it happened; `provider` |
/// | `SudoCode` | `code` |
/// | `ExportReady` | `at`: until when it can be downloaded |
/// | `ApiTokenCreated` | `at`: when it was created; `api_token` |
/// | `SessionsRevokedByToken` | `at`: when the last of them was ended; `api_token` |
/// | `DeletionScheduled`, `DeletionReminder` | `at`: when the account is erased |
/// | `SignedOutByOperator`, `DevicesForgottenByOperator` | `at`: when it happened; `reason` |
/// | `DeletionScheduled`, `DeletionCancelled` | `reason`, if an operator did it |
/// | `NewDevice` | `device`, if the browser sent a `User-Agent` |
/// | `ResetPassword` | `at`: when the account is erased, if it is closed |
/// | `PasswordReset` | `linked`, if the user can sign in with providers |
///
/// It has no `Debug`, because its link and its code are secrets.
#[derive(Clone)]
pub struct Facts {
    /// The start of every link, without a slash at the end (setting `server.base_url`).
    pub base_url: String,
    /// The product's name (setting `site.name`).
    pub product: String,
    /// The language of the reader.
    pub language: Language,
    /// The link that is the letter's purpose.
    pub link: Option<Link>,
    /// The other address that the letter mentions. The letter shows it in full if it is the recipient's own address,
    /// and masked otherwise.
    pub other: Option<Email>,
    /// The time that the letter states.
    pub at: Option<Timestamp>,
    /// The `User-Agent` header of the browser. An attacker may have written it, so the letter uses only words of
    /// our own.
    pub device: Option<String>,
    /// The name of the provider that the letter mentions.
    pub provider: Option<String>,
    /// The API token that the letter mentions.
    pub api_token: Option<Described>,
    /// The names of the providers with which the user can sign in.
    pub linked: Vec<String>,
    /// The code that is the letter's purpose.
    pub code: Option<Code>,
    /// The reason that an operator gave.
    pub reason: Option<String>,
}

/// A code, with its expiry.
#[derive(Clone)]
pub struct Code {
    /// The code.
    pub text: String,
    /// When it stops working.
    pub until: Timestamp,
}

/// A link, with its expiry.
#[derive(Clone)]
pub struct Link {
    /// The whole URL, token included.
    pub url: String,
    /// When it stops working.
    pub until: Timestamp,
}

/// Why a letter cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The letter needs a link, and the facts have none.
    #[error("the letter has no link")]
    NoLink,
    /// The link does not lead to this Signet.
    #[error("the letter's link does not begin with the base URL")]
    ForeignLink,
    /// The letter needs the other address, and the facts have none.
    #[error("the letter has no other address")]
    NoOtherAddress,
    /// The letter needs a time, and the facts have none.
    #[error("the letter has no date")]
    NoDate,
    /// The letter needs a provider, and the facts have none.
    #[error("the letter has no provider")]
    NoProvider,
    /// The letter needs an API token, and the facts have none.
    #[error("the letter has no API token")]
    NoToken,
    /// The letter needs a code, and the facts have none.
    #[error("the letter has no code")]
    NoCode,
    /// The letter needs an operator's reason, and the facts have none.
    #[error("the letter has no reason")]
    NoReason,
}

impl Facts {
    /// Returns the language, and the product that speaks.
    pub(super) fn voice(&self) -> Voice<'_> {
        Voice { language: self.language, product: &self.product }
    }

    /// Returns the address of the page at `path`.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// Returns the host of every link, with its port.
    pub(super) fn host(&self) -> &str {
        let base = self.base_url.as_str();
        base.split_once("://").map_or(base, |(_, host)| host)
    }

    /// Returns the URL of the link, which must lead to this Signet.
    pub(super) fn url(&self) -> Result<&str, ComposeError> {
        let url = self.link.as_ref().ok_or(ComposeError::NoLink)?.url.as_str();
        let path = url.strip_prefix(self.base_url.as_str());
        if path.is_some_and(|path| path.starts_with('/')) { Ok(url) } else { Err(ComposeError::ForeignLink) }
    }

    /// Returns when the link stops working.
    pub(super) fn until(&self) -> Result<Timestamp, ComposeError> {
        self.link.as_ref().map(|link| link.until).ok_or(ComposeError::NoLink)
    }

    /// Returns the time.
    pub(super) fn at(&self) -> Result<Timestamp, ComposeError> {
        self.at.ok_or(ComposeError::NoDate)
    }

    /// Returns the name of the provider.
    pub(super) fn provider(&self) -> Result<&str, ComposeError> {
        self.provider.as_deref().ok_or(ComposeError::NoProvider)
    }

    /// Returns the API token.
    pub(super) fn api_token(&self) -> Result<&Described, ComposeError> {
        self.api_token.as_ref().ok_or(ComposeError::NoToken)
    }

    /// Returns the code.
    pub(super) fn code(&self) -> Result<&Code, ComposeError> {
        self.code.as_ref().ok_or(ComposeError::NoCode)
    }

    /// Returns the operator's reason.
    pub(super) fn reason(&self) -> Result<&str, ComposeError> {
        self.reason.as_deref().ok_or(ComposeError::NoReason)
    }

    /// Returns the other address, masked unless it is `reader`'s own.
    pub(super) fn other_shown_to(&self, reader: &Email) -> Result<String, ComposeError> {
        let other = self.other.as_ref().ok_or(ComposeError::NoOtherAddress)?;
        if other.key() == reader.key() { Ok(other.shown()) } else { Ok(other.masked()) }
    }
}
