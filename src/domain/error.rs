//! Every way an action can be refused: one closed list, without text.
//!
//! The list crosses the wire. Free text would let a link make our page say anything
//! (checklist A55); the words belong to the page that shows them.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::weakness::Weakness;

/// A refusal by rule: the action did nothing, and the person can be told why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
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
    /// Holds U+0000.
    #[error("password holds NUL")]
    PasswordHasNul,
    /// Too easy to guess.
    #[error("weak password")]
    WeakPassword {
        /// What makes it weak.
        weakness: Weakness,
    },
    /// The new password is the current one.
    #[error("password unchanged")]
    SamePassword,
    /// Address and password do not belong together, or there is no such account.
    #[error("wrong email or password")]
    WrongCredentials,
    /// Not the viewer's current password.
    #[error("wrong password")]
    WrongPassword,
    /// The account has no password to prove itself with.
    #[error("no password")]
    NoPassword,
    /// The typed confirmation is not the account's address.
    #[error("confirmation does not match")]
    WrongConfirmation,
    /// Nobody is signed in.
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
    /// The link is unknown, used, replaced, run out or forged: always the same answer.
    #[error("dead link")]
    DeadLink,
    /// The link belongs to another account than the one signed in.
    #[error("another user's link")]
    OtherUser,
    /// Something else changed the account between looking and acting; nothing was done.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// The way to a provider was begun in another browser, is over, or never was.
    #[error("no such attempt")]
    AttemptOver,
    /// The provider does not answer.
    #[error("provider unreachable")]
    ProviderUnreachable,
    /// The person said no at the provider.
    #[error("denied at the provider")]
    ProviderDenied,
    /// The provider's answer proves nothing.
    #[error("provider's answer not trusted")]
    ProviderUntrusted,
    /// The provider has not verified an address of the person.
    #[error("no address verified by the provider")]
    EmailNotVerified,
    /// An account with the provider's address exists, and the two are not linked.
    #[error("sign in and link first")]
    LinkFirst,
    /// The login cannot be linked; nothing is said about why.
    #[error("login cannot be linked")]
    AlreadyLinked,
    /// Not the login that is linked to the account.
    #[error("another login than the linked one")]
    OtherIdentity,
    /// The person proved nothing to the provider since they were asked to.
    #[error("login too old")]
    StaleLogin,
    /// The provider does not say when the person signed in there.
    #[error("no time of login")]
    NoAuthTime,
    /// Without it nobody could sign in to the account any more.
    #[error("last way in")]
    LastWayIn,
    /// What the form names is not there, or is somebody else's: always the same answer.
    #[error("nothing of the account's")]
    NotFound,
    /// The session that acts, where another one was expected.
    #[error("this session")]
    ThisSession,
    /// The mailed code is wrong, used up or too old.
    #[error("wrong code")]
    WrongCode,
    /// The account has a password: that is the way to prove who is asking.
    #[error("has a password")]
    HasPassword,
    /// An export is being prepared already.
    #[error("export running")]
    ExportRunning,
    /// There is no such export to download: it ran out, was replaced, never was, or is not theirs.
    #[error("no such export")]
    ExportGone,
    /// Not a name for an API token.
    #[error("not an acceptable name for a token")]
    InvalidTokenName,
    /// Not one of the choices of the form.
    #[error("not one of the choices")]
    InvalidChoice,
    /// The account has as many API tokens as it may.
    #[error("too many tokens")]
    TooManyTokens,
    /// The API token may not do this.
    #[error("insufficient scope")]
    InsufficientScope,
    /// Too many tries.
    #[error("too many tries")]
    Limited {
        /// Seconds until the next try counts.
        retry_after: u32,
    },
}

/// The form field that a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// An address.
    Email,
    /// The display name, or that of an API token.
    Name,
    /// The password that proves who is asking.
    Password,
    /// The password to be set.
    NewPassword,
    /// The typed confirmation.
    Confirmation,
    /// The mailed code.
    Code,
}

impl Refusal {
    /// The field at fault; `None` when the refusal is about the whole form.
    #[must_use]
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::InvalidEmail => Some(Field::Email),
            Self::InvalidName | Self::InvalidTokenName => Some(Field::Name),
            Self::PasswordTooShort { .. }
            | Self::PasswordTooLong { .. }
            | Self::PasswordHasNul
            | Self::WeakPassword { .. }
            | Self::SamePassword => Some(Field::NewPassword),
            Self::WrongPassword => Some(Field::Password),
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
            | Self::InvalidChoice
            | Self::TooManyTokens
            | Self::InsufficientScope
            | Self::Limited { .. } => None,
        }
    }

    /// The word under which the refusal stands in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidEmail => "invalid_email",
            Self::InvalidName => "invalid_name",
            Self::PasswordTooShort { .. } => "password_too_short",
            Self::PasswordTooLong { .. } => "password_too_long",
            Self::PasswordHasNul => "password_has_nul",
            Self::WeakPassword { .. } => "weak_password",
            Self::SamePassword => "same_password",
            Self::WrongCredentials => "wrong_credentials",
            Self::WrongPassword => "wrong_password",
            Self::NoPassword => "no_password",
            Self::WrongConfirmation => "wrong_confirmation",
            Self::SignInRequired => "sign_in_required",
            Self::SudoRequired => "sudo_required",
            Self::Unverified => "unverified",
            Self::DeletionScheduled => "deletion_scheduled",
            Self::DeadLink => "dead_link",
            Self::OtherUser => "other_user",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::AttemptOver => "attempt_over",
            Self::ProviderUnreachable => "provider_unreachable",
            Self::ProviderDenied => "provider_denied",
            Self::ProviderUntrusted => "provider_untrusted",
            Self::EmailNotVerified => "email_not_verified",
            Self::LinkFirst => "link_first",
            Self::AlreadyLinked => "already_linked",
            Self::OtherIdentity => "other_identity",
            Self::StaleLogin => "stale_login",
            Self::NoAuthTime => "no_auth_time",
            Self::LastWayIn => "last_way_in",
            Self::NotFound => "not_found",
            Self::ThisSession => "this_session",
            Self::WrongCode => "wrong_code",
            Self::HasPassword => "has_password",
            Self::ExportRunning => "export_running",
            Self::ExportGone => "export_gone",
            Self::InvalidTokenName => "invalid_token_name",
            Self::InvalidChoice => "invalid_choice",
            Self::TooManyTokens => "too_many_tokens",
            Self::InsufficientScope => "insufficient_scope",
            Self::Limited { .. } => "limited",
        }
    }
}

/// What a server function answers when it does not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum AppError {
    /// Refused by rule.
    #[error("{0}")]
    Refused(Refusal),
    /// The database cannot be reached; nothing was changed.
    #[error("unavailable")]
    Unavailable,
    /// Something broke on our side; nothing was changed.
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
