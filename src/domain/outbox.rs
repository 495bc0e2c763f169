//! The letters that Signet sends: one closed list.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{mail_token::Purpose, time::Span};

/// How long the row of a letter that Signet has given up stays, so that the operator sees it.
pub const KEEP_GIVEN_UP: Span = Span::days(30);

/// The kind of a letter. `copy::letters` has one file with the words of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To a new account: the link that confirms its address.
    ConfirmAddress,
    /// To the owner of a taken address, after another sign-up with it: the address already has an account.
    AlreadyRegistered,
    /// The link for choosing a new password.
    ResetPassword,
    /// The user chose a new password through a reset link.
    PasswordReset,
    /// The password changed.
    PasswordChanged,
    /// The user set the first password of an account.
    PasswordSet,
    /// The user linked a provider.
    ProviderLinked,
    /// The user unlinked a provider.
    ProviderUnlinked,
    /// The code that begins sudo mode.
    SudoCode,
    /// The copy of the account's data can be downloaded.
    ExportReady,
    /// An API token was created.
    ApiTokenCreated,
    /// A program has ended several sessions with an API token.
    SessionsRevokedByToken,
    /// A sign-in from an unknown device.
    NewDevice,
    /// To the new address: the link that confirms the change.
    ConfirmEmailChange,
    /// To the owner of an address to which another user wants to change.
    EmailChangeToTaken,
    /// To the old address: a change was asked for, with the cancel link.
    EmailChangeRequested,
    /// To the new address: the change was cancelled.
    EmailChangeCancelled,
    /// To the new address: the address has changed.
    EmailChangedNew,
    /// To the old address: the address has changed, with the undo link.
    EmailChangedOld,
    /// To both addresses: the change was undone.
    EmailChangeUndone,
    /// The account is closed: the date, and how to come back, with the keep link.
    DeletionScheduled,
    /// The deletion will happen soon.
    DeletionReminder,
    /// The user came back: the deletion is cancelled.
    DeletionCancelled,
    /// The account was erased.
    DeletionExecuted,
    /// An operator ended every session.
    SignedOutByOperator,
    /// An operator had the known browsers forgotten.
    DevicesForgottenByOperator,
}

// Rows contain these words.
worded!(Kind);

impl Kind {
    /// Whether thousands of these letters may be due in the same second. No user waits for them, so the worker
    /// sends the other kinds first.
    #[must_use]
    pub const fn comes_in_masses(self) -> bool {
        matches!(self, Self::DeletionReminder | Self::DeletionExecuted)
    }

    /// Whether anyone can cause such a letter, to any address. The worker sends the other letters for which users
    /// wait first, and a limit holds for these.
    #[must_use]
    pub const fn is_unsolicited(self) -> bool {
        matches!(
            self,
            Self::ConfirmAddress
                | Self::AlreadyRegistered
                | Self::ResetPassword
                | Self::ConfirmEmailChange
                | Self::EmailChangeToTaken
        )
    }

    /// The purpose of the link that the letter carries, if it carries a token. [`Kind::DeletionScheduled`] is also sent
    /// without its link, because rows of an earlier version have none.
    #[must_use]
    pub const fn link(self) -> Option<Purpose> {
        match self {
            Self::ConfirmAddress => Some(Purpose::VerifyEmail),
            Self::ResetPassword => Some(Purpose::ResetPassword),
            Self::ConfirmEmailChange => Some(Purpose::ConfirmEmailChange),
            Self::EmailChangeRequested => Some(Purpose::CancelEmailChange),
            Self::EmailChangedOld => Some(Purpose::UndoEmailChange),
            Self::DeletionScheduled => Some(Purpose::KeepAccount),
            _ => None,
        }
    }
}
