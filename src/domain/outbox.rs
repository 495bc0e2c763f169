//! The letters that Signet sends: one closed list.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::mail_token::Purpose;

/// Which letter. The words of each live in a file of its own under `server/mail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To a new account: confirm your address.
    ConfirmAddress,
    /// To the owner of a taken address: you already have an account.
    AlreadyRegistered,
    /// Choose a new password.
    ResetPassword,
    /// A new password was chosen by a reset link.
    PasswordReset,
    /// The password changed.
    PasswordChanged,
    /// A password was set where there was none.
    PasswordSet,
    /// A provider became a way in.
    ProviderLinked,
    /// A provider is no way in any more.
    ProviderUnlinked,
    /// The code that begins sudo mode.
    SudoCode,
    /// The copy of the account's data can be downloaded.
    ExportReady,
    /// An API token was created.
    ApiTokenCreated,
    /// Signed in from a device not seen before.
    NewDevice,
    /// To the new address: confirm the change.
    ConfirmEmailChange,
    /// To the owner of the address that somebody wants to change to.
    EmailChangeToTaken,
    /// To the old address: a change was asked for, with the cancel link.
    EmailChangeRequested,
    /// To the new address: the change was cancelled.
    EmailChangeCancelled,
    /// To the new address: the change is done.
    EmailChangedNew,
    /// To the old address: the change is done, with the undo link.
    EmailChangedOld,
    /// To both addresses: the change was taken back.
    EmailChangeUndone,
    /// The account is closed: the date, and how to come back.
    DeletionScheduled,
    /// The date comes near.
    DeletionReminder,
    /// Welcome back.
    DeletionCancelled,
    /// Goodbye.
    DeletionExecuted,
}

// The words stand in rows.
worded!(Kind);

impl Kind {
    /// Whether thousands may be due in one second, with nobody waiting for any of them: the others
    /// are sent first.
    #[must_use]
    pub const fn comes_in_masses(self) -> bool {
        matches!(self, Self::DeletionReminder | Self::DeletionExecuted)
    }

    /// The purpose of the link that the letter carries, if it carries a token.
    #[must_use]
    pub const fn link(self) -> Option<Purpose> {
        match self {
            Self::ConfirmAddress => Some(Purpose::VerifyEmail),
            Self::ResetPassword => Some(Purpose::ResetPassword),
            Self::ConfirmEmailChange => Some(Purpose::ConfirmEmailChange),
            Self::EmailChangeRequested => Some(Purpose::CancelEmailChange),
            Self::EmailChangedOld => Some(Purpose::UndoEmailChange),
            _ => None,
        }
    }
}
