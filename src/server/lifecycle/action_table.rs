//! The table: what each action needs, revokes, mails and records (behaviour §3).

use crate::domain::{
    error::Refusal,
    outbox::Kind,
    security_log::Event,
    user::{AccountStatus, User},
};

/// What an action may revoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Revoke {
    /// Every session of the account.
    AllSessions,
    /// Every session except the current one.
    OtherSessions,
    /// Sudo mode in every session.
    Sudo,
    /// Links that reset the password.
    ResetLinks,
    /// Links that confirm the address of a new account.
    ConfirmLinks,
    /// The open email change, with its confirm and cancel links.
    OpenEmailChange,
    /// Every API token.
    ApiTokens,
}

/// An action with a line in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the method of Lifecycle with its name")]
pub enum Action {
    SignUp,
    UpdateProfile,
    VerifyEmail,
    SignIn,
    SignOut,
    RequestPasswordReset,
    ResetPassword,
    RequestEmailChange,
    ConfirmEmailChange,
    CancelEmailChange,
    UndoEmailChange,
    ChangePassword,
    SetPassword,
    LinkProvider,
    UnlinkProvider,
    ConfirmSudo,
    RevokeSession,
    RevokeOtherSessions,
    DisownEvent,
    RequestExport,
    DownloadExport,
    CreateApiToken,
    RevokeApiToken,
    RevokeAllApiTokens,
    RevokeSessionByToken,
    RefuseApiToken,
    ScheduleDeletion,
    CancelDeletion,
    ExecuteDeletion,
    SignOutByOperator,
    ForgetDevicesByOperator,
    ScheduleDeletionByOperator,
    CancelDeletionByOperator,
}

/// The accounts that an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admits {
    /// Every account; also requests without an account.
    Anyone,
    /// Accounts whose deletion is not scheduled.
    NotClosed,
    /// As [`Admits::NotClosed`]; an account with an unverified address needs no sudo mode.
    UnverifiedWithoutSudo,
    /// Accounts with a verified address whose deletion is not scheduled.
    Active,
}

impl Admits {
    /// Checks whether the action is for accounts like `user`.
    ///
    /// # Errors
    /// [`Refusal::Unverified`] or [`Refusal::DeletionScheduled`] if it is not.
    pub const fn check(self, user: &User) -> Result<(), Refusal> {
        match self {
            Self::Anyone => Ok(()),
            Self::NotClosed | Self::UnverifiedWithoutSudo => user.must_not_be_closed(),
            Self::Active => user.must_be_active(),
        }
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The action.
    pub action: Action,
    /// The accounts that it is for.
    pub admits: Admits,
    /// Whether the session must be in sudo mode.
    pub sudo: bool,
    /// What the action revokes in its transaction.
    pub revokes: &'static [Revoke],
    /// The letters that the action may send, depending on the case.
    pub mails: &'static [Kind],
    /// The event that the action records.
    pub event: Event,
}

use Action as A;
use Kind as K;
use Revoke as R;

/// Every action of behaviour §3 that this program has.
pub const TABLE: [Rule; 33] = [
    line(A::SignUp, Admits::Anyone, Event::SignUp).mailing(&[K::ConfirmAddress, K::AlreadyRegistered]),
    line(A::UpdateProfile, Admits::Active, Event::ProfileUpdated),
    line(A::VerifyEmail, Admits::Anyone, Event::EmailVerified).revoking(&[R::OtherSessions, R::ConfirmLinks]),
    line(A::SignIn, Admits::Anyone, Event::SignIn).mailing(&[K::NewDevice]),
    line(A::SignOut, Admits::Anyone, Event::SignOut),
    line(A::RequestPasswordReset, Admits::Anyone, Event::PasswordResetRequested).mailing(&[K::ResetPassword]),
    line(A::ResetPassword, Admits::Anyone, Event::PasswordReset)
        .revoking(&[R::AllSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens])
        .mailing(&[K::PasswordReset]),
    line(A::RequestEmailChange, Admits::UnverifiedWithoutSudo, Event::EmailChangeRequested).in_sudo_mode().mailing(&[
        K::ConfirmEmailChange,
        K::EmailChangeToTaken,
        K::EmailChangeRequested,
    ]),
    line(A::ConfirmEmailChange, Admits::Anyone, Event::EmailChanged)
        .revoking(&[R::AllSessions, R::ResetLinks])
        .mailing(&[K::EmailChangedNew, K::EmailChangedOld]),
    line(A::CancelEmailChange, Admits::NotClosed, Event::EmailChangeCancelled)
        .revoking(&[R::OpenEmailChange])
        .mailing(&[K::EmailChangeCancelled]),
    line(A::UndoEmailChange, Admits::Anyone, Event::EmailChangeUndone)
        .revoking(&[R::AllSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens])
        .mailing(&[K::EmailChangeUndone, K::ResetPassword]),
    line(A::ChangePassword, Admits::Active, Event::PasswordChanged)
        .revoking(&[R::OtherSessions, R::Sudo, R::ResetLinks, R::OpenEmailChange])
        .mailing(&[K::PasswordChanged]),
    line(A::SetPassword, Admits::Active, Event::PasswordSet)
        .in_sudo_mode()
        .revoking(&[R::OtherSessions, R::Sudo])
        .mailing(&[K::PasswordSet]),
    line(A::LinkProvider, Admits::Active, Event::ProviderLinked)
        .in_sudo_mode()
        .revoking(&[R::Sudo])
        .mailing(&[K::ProviderLinked]),
    line(A::UnlinkProvider, Admits::Active, Event::ProviderUnlinked)
        .in_sudo_mode()
        .revoking(&[R::Sudo])
        .mailing(&[K::ProviderUnlinked]),
    line(A::ConfirmSudo, Admits::NotClosed, Event::SudoConfirmed).mailing(&[K::SudoCode]),
    line(A::RevokeSession, Admits::Active, Event::SessionRevoked).in_sudo_mode(),
    line(A::RevokeOtherSessions, Admits::Active, Event::SessionRevoked).in_sudo_mode().revoking(&[R::OtherSessions]),
    line(A::DisownEvent, Admits::Active, Event::EventDisowned).in_sudo_mode().revoking(&[
        R::OtherSessions,
        R::ResetLinks,
        R::OpenEmailChange,
        R::ApiTokens,
    ]),
    line(A::RequestExport, Admits::Active, Event::ExportRequested).in_sudo_mode().mailing(&[K::ExportReady]),
    line(A::DownloadExport, Admits::Active, Event::ExportDownloaded).in_sudo_mode(),
    line(A::CreateApiToken, Admits::Active, Event::ApiTokenCreated).in_sudo_mode().mailing(&[K::ApiTokenCreated]),
    line(A::RevokeApiToken, Admits::Active, Event::ApiTokenRevoked).in_sudo_mode(),
    line(A::RevokeAllApiTokens, Admits::Active, Event::ApiTokenRevoked).in_sudo_mode().revoking(&[R::ApiTokens]),
    line(A::RevokeSessionByToken, Admits::Anyone, Event::SessionRevoked).mailing(&[K::SessionsRevokedByToken]),
    line(A::RefuseApiToken, Admits::Anyone, Event::ApiTokenRefused),
    line(A::ScheduleDeletion, Admits::NotClosed, Event::DeletionScheduled)
        .in_sudo_mode()
        .revoking(&[R::AllSessions, R::ResetLinks, R::ConfirmLinks, R::OpenEmailChange, R::ApiTokens])
        .mailing(&[K::DeletionScheduled, K::DeletionReminder]),
    line(A::CancelDeletion, Admits::Anyone, Event::DeletionCancelled).mailing(&[K::DeletionCancelled]),
    line(A::ExecuteDeletion, Admits::Anyone, Event::DeletionExecuted)
        .revoking(&[R::AllSessions, R::ApiTokens])
        .mailing(&[K::DeletionExecuted]),
    line(A::SignOutByOperator, Admits::Anyone, Event::SessionRevoked)
        .revoking(&[R::AllSessions, R::ApiTokens])
        .mailing(&[K::SignedOutByOperator]),
    line(A::ForgetDevicesByOperator, Admits::Anyone, Event::DevicesForgotten).mailing(&[K::DevicesForgottenByOperator]),
    line(A::ScheduleDeletionByOperator, Admits::NotClosed, Event::DeletionScheduled)
        .revoking(&[R::AllSessions, R::ResetLinks, R::ConfirmLinks, R::OpenEmailChange, R::ApiTokens])
        .mailing(&[K::DeletionScheduled, K::DeletionReminder]),
    line(A::CancelDeletionByOperator, Admits::Anyone, Event::DeletionCancelled).mailing(&[K::DeletionCancelled]),
];

/// The line of an action that needs no sudo mode, revokes nothing and mails nothing.
const fn line(action: Action, admits: Admits, event: Event) -> Rule {
    Rule { action, admits, sudo: false, revokes: &[], mails: &[], event }
}

impl Rule {
    const fn in_sudo_mode(self) -> Self {
        Self { sudo: true, ..self }
    }

    const fn revoking(self, revokes: &'static [Revoke]) -> Self {
        Self { revokes, ..self }
    }

    const fn mailing(self, mails: &'static [Kind]) -> Self {
        Self { mails, ..self }
    }

    /// Whether the action needs a session of `user` to be in sudo mode.
    #[must_use]
    pub fn asks_sudo_of(&self, user: &User) -> bool {
        self.sudo && !(self.admits == Admits::UnverifiedWithoutSudo && user.status() == AccountStatus::Unverified)
    }
}

impl Action {
    /// The action's line of the table.
    #[must_use]
    pub fn rule(self) -> &'static Rule {
        // The table has the order of the enum; a test checks that it does.
        &TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_finds_its_own_line() {
        for rule in &TABLE {
            assert_eq!(rule.action.rule().action, rule.action);
        }
    }
}
