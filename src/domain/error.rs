//! Every way an action can be refused: one closed list, without text.
//!
//! The server sends a case of the list to the script of a page, together with the sentence of `copy::refusals`. If a
//! refusal were free text, an attacker could make a link with which our page shows any text (checklist A55).

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use super::field::Field;
use super::{
    failure::{Failure, Reason},
    weakness::Weakness,
};

/// A refusal by rule: the action changed nothing, and the user may learn the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// Not an address that Signet accepts.
    #[error("not an acceptable address")]
    InvalidEmail,
    /// Not a display name that Signet accepts.
    #[error("not an acceptable name")]
    InvalidName,
    /// Fewer code points than `min`.
    #[error("password too short")]
    PasswordTooShort {
        /// The setting `password.min_length`.
        min: u16,
    },
    /// More code points than `max`.
    #[error("password too long")]
    PasswordTooLong {
        /// The setting `password.max_length`.
        max: u16,
    },
    /// The new address is the one that the account has, perhaps in other capitals.
    #[error("email unchanged")]
    SameEmail,
    /// The password contains U+0000.
    #[error("password holds NUL")]
    PasswordHasNul,
    /// Too easy to guess.
    #[error("weak password")]
    WeakPassword {
        /// What makes it weak.
        weakness: Weakness,
    },
    /// In the list of passwords that are known from data breaches.
    #[error("breached password")]
    BreachedPassword,
    /// The new password is the current one.
    #[error("password unchanged")]
    SamePassword,
    /// The password is not that of the account, or no account has the address.
    #[error("wrong email or password")]
    WrongCredentials,
    /// No password was typed.
    #[error("no password typed")]
    PasswordMissing,
    /// Not the viewer's current password.
    #[error("wrong password")]
    WrongPassword,
    /// The account has no password, so the user cannot confirm with one.
    #[error("no password")]
    NoPassword,
    /// The typed confirmation is not the account's address.
    #[error("confirmation does not match")]
    WrongConfirmation,
    /// The request has no valid session.
    #[error("sign in required")]
    SignInRequired,
    /// The session has not been confirmed within `sudo.ttl`.
    #[error("sudo required")]
    SudoRequired,
    /// The account's address has not been verified.
    #[error("unverified")]
    Unverified,
    /// The account is closed and waits for its deletion.
    #[error("deletion scheduled")]
    DeletionScheduled,
    /// The link is unknown, used, replaced, expired or forged. The answer is always the same.
    #[error("dead link")]
    DeadLink,
    /// The link belongs to another account than the one signed in.
    #[error("another user's link")]
    OtherUser,
    /// The form was made for another account than the one signed in.
    #[error("another account's form")]
    OtherAccount,
    /// Another request changed the account between the check and the change; this action changed nothing.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// This browser has no open attempt at a provider: another browser began the attempt, the attempt is over, or
    /// there was none.
    #[error("no such attempt")]
    AttemptOver,
    /// The provider does not answer.
    #[error("provider unreachable")]
    ProviderUnreachable,
    /// The user declined at the provider.
    #[error("denied at the provider")]
    ProviderDenied,
    /// The provider's answer did not pass the checks, so it does not prove who the user is.
    #[error("provider's answer not trusted")]
    ProviderUntrusted,
    /// The provider has not verified an address of the person.
    #[error("no address verified by the provider")]
    EmailNotVerified,
    /// An account with the provider's address exists, and the two are not linked.
    #[error("sign in and link first")]
    LinkFirst,
    /// The user's login at the provider cannot be linked to the account. The refusal does not say why.
    #[error("login cannot be linked")]
    AlreadyLinked,
    /// Not the login that is linked to the account.
    #[error("another login than the linked one")]
    OtherIdentity,
    /// The user's last sign-in at the provider is older than the request to confirm.
    #[error("login too old")]
    StaleLogin,
    /// The provider does not say when the user signed in there.
    #[error("no time of login")]
    NoAuthTime,
    /// The user wants to remove the account's last sign-in method. Without it the owner could not sign in any more.
    #[error("last way in")]
    LastWayIn,
    /// The row that the form names does not exist or belongs to another account. The answer is always the same.
    #[error("no such row of the account")]
    NotFound,
    /// The form names the user's own session, and the action is for other sessions.
    #[error("this session")]
    ThisSession,
    /// The mailed code is wrong, used up or too old.
    #[error("wrong code")]
    WrongCode,
    /// The account has a password, so the user must confirm with it.
    #[error("has a password")]
    HasPassword,
    /// A worker is already preparing an export.
    #[error("export running")]
    ExportRunning,
    /// The export cannot be downloaded: it expired, was replaced, never existed, or belongs to another account.
    #[error("no such export")]
    ExportGone,
    /// A download of the account's export is under way.
    #[error("download running")]
    DownloadRunning,
    /// Not a name for an API token.
    #[error("not an acceptable name for a token")]
    InvalidTokenName,
    /// Not one of the choices of the form.
    #[error("not one of the choices")]
    InvalidChoice,
    /// The form has created its API token already.
    #[error("token created already")]
    TokenCreated,
    /// The account has the maximum number of API tokens.
    #[error("too many tokens")]
    TooManyTokens,
    /// The API token may not do this.
    #[error("insufficient scope")]
    InsufficientScope,
    /// Too many attempts.
    #[error("too many tries")]
    Limited {
        /// Seconds until the user may try again.
        retry_after: u32,
    },
    /// Too many wrong passwords in a row for this address, from browsers that its account does not know.
    #[error("too many wrong passwords in a row")]
    TooManyFailures,
}

impl Refusal {
    /// Returns the form field with the wrong value; `None` if the refusal is about the whole form.
    #[must_use]
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::InvalidEmail | Self::SameEmail => Some(Field::Email),
            Self::InvalidName | Self::InvalidTokenName => Some(Field::Name),
            Self::PasswordTooShort { .. }
            | Self::PasswordTooLong { .. }
            | Self::PasswordHasNul
            | Self::WeakPassword { .. }
            | Self::BreachedPassword
            | Self::SamePassword => Some(Field::NewPassword),
            Self::PasswordMissing | Self::WrongPassword => Some(Field::Password),
            Self::WrongConfirmation => Some(Field::Confirmation),
            Self::WrongCode => Some(Field::Code),
            Self::WrongCredentials
            | Self::NoPassword
            | Self::SignInRequired
            | Self::SudoRequired
            | Self::Unverified
            | Self::DeletionScheduled
            | Self::DeadLink
            | Self::OtherUser
            | Self::OtherAccount
            | Self::ChangedMeanwhile
            | Self::AttemptOver
            | Self::ProviderUnreachable
            | Self::ProviderDenied
            | Self::ProviderUntrusted
            | Self::EmailNotVerified
            | Self::LinkFirst
            | Self::AlreadyLinked
            | Self::OtherIdentity
            | Self::StaleLogin
            | Self::NoAuthTime
            | Self::LastWayIn
            | Self::NotFound
            | Self::ThisSession
            | Self::HasPassword
            | Self::ExportRunning
            | Self::ExportGone
            | Self::DownloadRunning
            | Self::InvalidChoice
            | Self::TokenCreated
            | Self::TooManyTokens
            | Self::InsufficientScope
            | Self::Limited { .. }
            | Self::TooManyFailures => None,
        }
    }

    /// Whether to mark the field as wrong. A wrong sign-in marks both of its fields: marking one would reveal whether the
    /// address has an account.
    #[must_use]
    pub fn marks(self, field: Field) -> bool {
        match self {
            Self::WrongCredentials => matches!(field, Field::Email | Field::Password),
            refusal => refusal.field() == Some(field),
        }
    }

    /// Returns the reason that the security log records: the same case, without the numbers and other data of the
    /// refusal.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::InvalidEmail => Reason::InvalidEmail,
            Self::SameEmail => Reason::SameEmail,
            Self::InvalidName => Reason::InvalidName,
            Self::PasswordTooShort { .. } => Reason::PasswordTooShort,
            Self::PasswordTooLong { .. } => Reason::PasswordTooLong,
            Self::PasswordHasNul => Reason::PasswordHasNul,
            Self::WeakPassword { .. } => Reason::WeakPassword,
            Self::BreachedPassword => Reason::BreachedPassword,
            Self::SamePassword => Reason::SamePassword,
            Self::WrongCredentials => Reason::WrongCredentials,
            Self::PasswordMissing => Reason::PasswordMissing,
            Self::WrongPassword => Reason::WrongPassword,
            Self::NoPassword => Reason::NoPassword,
            Self::WrongConfirmation => Reason::WrongConfirmation,
            Self::SignInRequired => Reason::SignInRequired,
            Self::SudoRequired => Reason::SudoRequired,
            Self::Unverified => Reason::Unverified,
            Self::DeletionScheduled => Reason::DeletionScheduled,
            Self::DeadLink => Reason::DeadLink,
            Self::OtherUser => Reason::OtherUser,
            Self::OtherAccount => Reason::OtherAccount,
            Self::ChangedMeanwhile => Reason::ChangedMeanwhile,
            Self::AttemptOver => Reason::AttemptOver,
            Self::ProviderUnreachable => Reason::ProviderUnreachable,
            Self::ProviderDenied => Reason::ProviderDenied,
            Self::ProviderUntrusted => Reason::ProviderUntrusted,
            Self::EmailNotVerified => Reason::EmailNotVerified,
            Self::LinkFirst => Reason::LinkFirst,
            Self::AlreadyLinked => Reason::AlreadyLinked,
            Self::OtherIdentity => Reason::OtherIdentity,
            Self::StaleLogin => Reason::StaleLogin,
            Self::NoAuthTime => Reason::NoAuthTime,
            Self::LastWayIn => Reason::LastWayIn,
            Self::NotFound => Reason::NotFound,
            Self::ThisSession => Reason::ThisSession,
            Self::WrongCode => Reason::WrongCode,
            Self::HasPassword => Reason::HasPassword,
            Self::ExportRunning => Reason::ExportRunning,
            Self::ExportGone => Reason::ExportGone,
            Self::DownloadRunning => Reason::DownloadRunning,
            Self::InvalidTokenName => Reason::InvalidTokenName,
            Self::InvalidChoice => Reason::InvalidChoice,
            Self::TokenCreated => Reason::TokenCreated,
            Self::TooManyTokens => Reason::TooManyTokens,
            Self::InsufficientScope => Reason::InsufficientScope,
            Self::Limited { .. } => Reason::Limited,
            Self::TooManyFailures => Reason::TooManyFailures,
        }
    }

    /// Returns the word with which the security log records the refusal.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.reason().word()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        refusal.reason().into()
    }
}

/// The answer of a server function that did not carry out the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    /// Refused by rule.
    #[error("{0}")]
    Refused(Refusal),
    /// The database cannot be reached; nothing was changed.
    #[error("unavailable")]
    Unavailable,
    /// The server has an error; nothing was changed.
    #[error("internal error")]
    Internal {
        /// The request's number in the log.
        reference: u64,
    },
    /// The answer did not arrive or could not be read.
    #[error("no answer")]
    Transport,
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
