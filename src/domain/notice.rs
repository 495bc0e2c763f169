//! The result of an action, which the next page shows: one closed list.

use serde::{Deserialize, Serialize};

use super::{paths, time::Timestamp};

/// A notice for the next page. The words are in `copy::notices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A user signed up. The words are the same for every address.
    CheckInbox {
        /// The address as typed.
        email: String,
    },
    /// The address is verified.
    EmailVerified,
    /// A new confirmation link was sent.
    ConfirmationSent {
        /// The address that the link went to.
        email: String,
    },
    /// A user asked for a reset link. The words are the same for every address.
    ResetSent {
        /// The address as typed.
        email: String,
    },
    /// The password was set by a reset link.
    PasswordReset,
    /// The password was set by a reset link, which cancelled the deletion of the account.
    PasswordResetAndKept,
    /// The display name was saved.
    NameSaved,
    /// An email change waits until the user opens its link.
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
    /// The email change was stopped.
    EmailChangeCancelled,
    /// The earlier address is back; every session ended, and the account has no password.
    EmailRestored {
        /// The address, to which a reset link was mailed.
        email: String,
    },
    /// The password changed.
    PasswordChanged {
        /// How many other sessions ended.
        others: u64,
    },
    /// The session is in sudo mode.
    SudoConfirmed,
    /// A sudo code was mailed.
    SudoCodeSent {
        /// The address that the code went to.
        email: String,
    },
    /// A worker prepares the export.
    ExportRequested {
        /// The address that gets the letter when the export is ready.
        email: String,
    },
    /// The user can sign in with this provider now.
    ProviderLinked {
        /// Its name.
        name: String,
    },
    /// The user can no longer sign in with this provider.
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
    /// The user disowned an event. Signet then ended every other session, API token and reset link, and an open
    /// email change.
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
    /// The account came back by a mailed link; the user is not signed in.
    AccountKept,
    /// An action by a mailed link, in a browser in which another account is signed in.
    OfAnotherAccount {
        /// The masked address of the link's account.
        email: String,
        /// What the owner of the link's account would read.
        notice: Box<Notice>,
    },
    /// A form of another account than the one signed in was refused.
    FormOfAnother {
        /// The masked address of the form's account; `None` if the form does not say.
        email: Option<String>,
        /// The address of the account that is signed in.
        here: String,
    },
    /// A user signed in, in a browser in which another account was signed in.
    SignedInInPlaceOf {
        /// The masked address of the other account.
        email: String,
        /// Whether the user has confirmed their address by the same step.
        confirmed: bool,
    },
    /// The user signed out.
    SignedOut,
    /// The session has ended or expired.
    SessionEnded {
        /// What the user may have been doing when it ended.
        during: Option<Interrupted>,
    },
}

/// What a user may have been doing when their session ended. The answer to it may have been lost, so that the user does
/// not know whether it has worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interrupted {
    /// Changing or setting the password.
    PasswordChange,
    /// Confirming the address of a new account.
    Confirming,
    /// Confirming the new address of an email change.
    EmailChange,
    /// Closing the account.
    Closing,
    /// Keeping the account, whose deletion is scheduled.
    Keeping,
}

impl Interrupted {
    /// What users do on the page at `path` that ends their session or gives it a new token.
    #[must_use]
    pub fn on(path: &str) -> Option<Self> {
        match path {
            paths::PASSWORD => Some(Self::PasswordChange),
            paths::DELETE => Some(Self::Closing),
            paths::REACTIVATE => Some(Self::Keeping),
            path if path.starts_with(paths::beginning(paths::VERIFY_LINK)) => Some(Self::Confirming),
            path if path.starts_with(paths::beginning(paths::CONFIRM_CHANGE_LINK)) => Some(Self::EmailChange),
            _ => None,
        }
    }
}
