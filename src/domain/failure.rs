//! Why an attempt was refused, as the security log records it.

use core::fmt;
use std::borrow::Cow;

use strum::{EnumString, IntoStaticStr, VariantArray};

/// Why an attempt was refused: one case for each code of the log. Each case of [`Refusal`](super::error::Refusal)
/// has a case of the same name here, without its data. The last three are only recorded: an answer that told the
/// first two would reveal whether an account exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "each is recorded as its name")]
pub enum Reason {
    InvalidEmail,
    SameEmail,
    InvalidName,
    PasswordTooShort,
    PasswordTooLong,
    PasswordHasNul,
    WeakPassword,
    BreachedPassword,
    SamePassword,
    WrongCredentials,
    PasswordMissing,
    WrongPassword,
    NoPassword,
    WrongConfirmation,
    SignInRequired,
    SudoRequired,
    Unverified,
    DeletionScheduled,
    DeadLink,
    OtherUser,
    OtherAccount,
    ChangedMeanwhile,
    AttemptOver,
    ProviderUnreachable,
    ProviderDenied,
    ProviderUntrusted,
    EmailNotVerified,
    LinkFirst,
    AlreadyLinked,
    OtherIdentity,
    StaleLogin,
    NoAuthTime,
    LastWayIn,
    NotFound,
    ThisSession,
    WrongCode,
    HasPassword,
    ExportRunning,
    ExportGone,
    DownloadRunning,
    InvalidTokenName,
    InvalidChoice,
    TokenCreated,
    TooManyTokens,
    InsufficientScope,
    Limited,
    TooManyFailures,
    // A sign-up with the address of an account. The answer is the same as for a free address.
    EmailTaken,
    // A request for a reset link with an address that has no account. The answer is the same as for an account.
    NoAccount,
    // More refusals followed within the hour, which the log does not list.
    MoreFollowed,
}

// The words are the codes in the log.
worded!(Reason);

/// The text that the log has beside the event of a refused attempt: `code` or `code:word`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A refusal of the closed list.
    Refused {
        /// Why.
        reason: Reason,
        /// A word for the operator that says what exactly was wrong with a provider's answer. No code reads the
        /// word, so it needs no closed list.
        word: Option<Cow<'static, str>>,
    },
    /// A text that this version does not write. It is read as a refusal without a reason: the owner of a log with
    /// one odd row should still see the log.
    Unknown(String),
}

impl Failure {
    /// A refusal with a word for the operator.
    #[must_use]
    pub const fn with_word(reason: Reason, word: &'static str) -> Self {
        Self::Refused { reason, word: Some(Cow::Borrowed(word)) }
    }

    /// Reads the text as which a [`Failure`] is displayed. Every text gives a failure that is displayed as the same
    /// text.
    #[must_use]
    pub fn from_row(text: String) -> Self {
        let (code, word) = text.split_once(':').map_or((text.as_str(), None), |(code, word)| (code, Some(word)));
        match Reason::from_word(code) {
            Some(reason) => Self::Refused { reason, word: word.map(|word| Cow::Owned(word.to_owned())) },
            None => Self::Unknown(text),
        }
    }

    /// The code that the API gives to the owner's programs, without the operator's word.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { reason, .. } => reason.word(),
            Self::Unknown(text) => text.split(':').next().unwrap_or_default(),
        }
    }

    /// The reason, if this version knows the code.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Refused { reason, .. } => Some(*reason),
            Self::Unknown(_) => None,
        }
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self::Refused { reason, word: None }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { reason, word: None } => f.write_str(reason.word()),
            Self::Refused { reason, word: Some(word) } => write!(f, "{}:{word}", reason.word()),
            Self::Unknown(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Failure {
        Failure::from_row(text.to_owned())
    }

    #[test]
    fn every_code_is_read_back_and_stands_once() {
        for reason in Reason::ALL.iter().copied() {
            assert_eq!(Reason::from_word(reason.word()), Some(reason));
            assert_eq!(read(reason.word()), Failure::from(reason));
            let with_word = Failure::with_word(reason, "nonce");
            assert_eq!(read(&with_word.to_string()), with_word);
        }
    }

    #[test]
    fn the_word_behind_the_colon_is_kept_and_not_told() {
        for (text, code, reason) in [
            ("wrong_password", "wrong_password", Some(Reason::WrongPassword)),
            ("provider_untrusted:nonce", "provider_untrusted", Some(Reason::ProviderUntrusted)),
            ("provider_untrusted:a:b", "provider_untrusted", Some(Reason::ProviderUntrusted)),
            ("provider_untrusted:", "provider_untrusted", Some(Reason::ProviderUntrusted)),
            ("of another version", "of another version", None),
            ("later:word", "later", None),
            (":", "", None),
            ("", "", None),
        ] {
            let failure = read(text);
            assert_eq!((failure.code(), failure.reason()), (code, reason), "{text}");
            assert_eq!(failure.to_string(), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_text_comes_out_as_it_went_in(text in ".*") {
            proptest::prop_assert_eq!(read(&text).to_string(), text);
        }
    }
}
