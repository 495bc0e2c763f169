//! What one request leaves for the next: a notice to show, a refused form to fill in.
//!
//! Both are closed types in cookies that are sealed (encrypted and signed), so that
//! reading a page writes nothing to the database, and nobody can make a page say
//! anything (checklist A55).

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        error::Refusal,
        id::UserId,
        time::{Span, Timestamp},
    },
    server::crypto::api_token::ApiToken,
};

/// What to say on the next page. The words are in `components::notice`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// Somebody signed up; says the same for every address.
    CheckInbox {
        /// The address as typed.
        email: String,
    },
    /// The address is verified.
    EmailVerified,
    /// A new confirmation link was sent.
    ConfirmationSent {
        /// Where to.
        email: String,
    },
    /// A reset link was asked for; says the same for every address.
    ResetSent {
        /// The address as typed.
        email: String,
    },
    /// The password was set by a reset link.
    PasswordReset,
    /// The display name was saved.
    NameSaved,
    /// An e-mail change waits for its link.
    EmailChangeRequested {
        /// The new address.
        new: String,
        /// The address until then.
        old: String,
    },
    /// The mistyped address of an unverified account was corrected.
    EmailCorrected {
        /// The new address.
        new: String,
    },
    /// The address changed; every session ended.
    EmailChanged {
        /// The new address.
        new: String,
    },
    /// The e-mail change was stopped.
    EmailChangeCancelled,
    /// The earlier address is back; every session ended.
    EmailRestored {
        /// The address.
        email: String,
        /// Whether the password was set since the change and went with it.
        password_removed: bool,
    },
    /// The password changed.
    PasswordChanged {
        /// How many other sessions ended.
        others: u64,
    },
    /// The session is in sudo mode.
    SudoConfirmed,
    /// A code to confirm it's them was mailed.
    SudoCodeSent {
        /// Where to.
        email: String,
    },
    /// A worker prepares the export.
    ExportRequested {
        /// Who is told when it is ready.
        email: String,
    },
    /// A provider is a way in now.
    ProviderLinked {
        /// Its name.
        name: String,
    },
    /// A provider is no way in any more.
    ProviderUnlinked {
        /// Its name.
        name: String,
    },
    /// The account has a password now.
    PasswordSet {
        /// How many other sessions ended.
        others: u64,
    },
    /// Another session ended.
    SessionRevoked,
    /// Every other session ended.
    OtherSessionsRevoked {
        /// How many.
        others: u64,
    },
    /// Everything but this browser was shut out.
    EventDisowned {
        /// How many other sessions ended.
        others: u64,
    },
    /// An API token was created; the page shows it.
    ApiTokenCreated,
    /// An API token was revoked.
    ApiTokenRevoked,
    /// Every API token was revoked.
    ApiTokensRevoked {
        /// How many there were.
        revoked: u64,
    },
    /// The account is closed.
    DeletionScheduled {
        /// When it is erased.
        delete_at: Timestamp,
    },
    /// The account came back.
    DeletionCancelled,
    /// Signed out by request.
    SignedOut,
    /// The session is not there any more.
    SessionEnded,
}

/// Every form that can be refused, for the page that holds it to know its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the server function with its name")]
pub enum Form {
    SignUp,
    VerifyEmail,
    ResendConfirmation,
    SignIn,
    SignOut,
    UpdateProfile,
    RequestPasswordReset,
    ResetPassword,
    RequestEmailChange,
    ConfirmEmailChange,
    CancelEmailChange,
    CancelEmailChangeByLink,
    UndoEmailChange,
    ChangePassword,
    SetPassword,
    ConfirmSudo,
    RequestSudoCode,
    ConfirmSudoByCode,
    ContinueWithProvider,
    UnlinkProvider,
    RevokeSession,
    RevokeOtherSessions,
    DisownEvent,
    RequestExport,
    DownloadExport,
    CreateApiToken,
    RevokeApiToken,
    RevokeAllApiTokens,
    ScheduleDeletion,
    CancelDeletion,
}

/// A form that was refused, or that waits for sudo mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDraft {
    /// Which form.
    pub form: Form,
    /// What was typed into its one field that is not secret.
    pub typed: String,
    /// What was chosen in its selects, in their order.
    pub chosen: Vec<String>,
    /// Why it was refused; nothing when it only waits.
    pub refusal: Option<Refusal>,
}

impl Form {
    /// Whether it is nothing but a button, so that the page itself says why it was refused.
    #[must_use]
    pub const fn is_button(self) -> bool {
        matches!(
            self,
            Self::ResendConfirmation
                | Self::SignOut
                | Self::ConfirmEmailChange
                | Self::CancelEmailChange
                | Self::CancelEmailChangeByLink
                | Self::UndoEmailChange
                | Self::RequestSudoCode
                | Self::ContinueWithProvider
                | Self::UnlinkProvider
                | Self::RevokeSession
                | Self::RevokeOtherSessions
                | Self::DisownEvent
                | Self::RequestExport
                | Self::DownloadExport
                | Self::RevokeApiToken
                | Self::RevokeAllApiTokens
                | Self::CancelDeletion
        )
    }
}

impl FormDraft {
    /// An empty form that was not refused.
    #[must_use]
    pub const fn new(form: Form) -> Self {
        Self { form, typed: String::new(), chosen: Vec::new(), refusal: None }
    }
}

/// How long a new API token waits to be shown.
const SHOWN_WITHIN: Span = Span::minutes(10);

/// A new API token on its way to the one page that shows it, in a sealed cookie: nowhere is it
/// kept in clear.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshToken {
    text: String,
    owner: UserId,
    until: Timestamp,
}

impl FreshToken {
    /// Puts `token` up to be shown to `owner`, within ten minutes from `now`.
    #[must_use]
    pub fn new(token: &ApiToken, owner: UserId, now: Timestamp) -> Self {
        Self { text: token.expose().to_owned(), owner, until: now.plus(SHOWN_WITHIN) }
    }

    /// Whether `viewer` may be shown it at `now`: somebody else may have signed in meanwhile.
    #[must_use]
    pub fn is_for(&self, viewer: &UserId, now: Timestamp) -> bool {
        self.owner == *viewer && now <= self.until
    }

    /// The token.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl core::fmt::Debug for FreshToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FreshToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_token_is_for_its_owner_for_ten_minutes_and_prints_nothing() {
        let (owner, other) = (UserId::from_random([1; 16]), UserId::from_random([2; 16]));
        let fresh = FreshToken::new(&ApiToken::from_random([3; 32]), owner.clone(), Timestamp(0));
        for (viewer, now, shown) in [(&owner, 0, true), (&owner, 600, true), (&owner, 601, false), (&other, 0, false)] {
            assert_eq!(fresh.is_for(viewer, Timestamp(now)), shown, "{now}");
        }
        assert_eq!(format!("{fresh:?}"), "FreshToken(…)");
    }
}
