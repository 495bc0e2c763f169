//! The table: what each action needs, revokes, mails and records (behaviour §3).

use crate::domain::{outbox::Kind, security_log::Event};

/// What an action may revoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Revoke {
    /// Every session of the account.
    AllSessions,
    /// Every session but the one that acts.
    OtherSessions,
    /// Sudo mode in every session.
    Sudo,
    /// Links that reset the password.
    ResetLinks,
    /// Links that confirm the first address.
    ConfirmLinks,
    /// The open e-mail change, its confirm and its cancel link.
    OpenEmailChange,
    /// Every API token.
    ApiTokens,
}

/// An action with an entry in the table.
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
    ScheduleDeletion,
    CancelDeletion,
    ExecuteDeletion,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The action.
    pub action: Action,
    /// Whether the session must be in sudo mode.
    pub sudo: bool,
    /// What is revoked in the same transaction.
    pub revokes: &'static [Revoke],
    /// The letters that may follow; which of them do depends on the case.
    pub mails: &'static [Kind],
    /// The event that is recorded.
    pub event: Event,
}

use Action as A;
use Kind as K;
use Revoke as R;

const fn rule(action: Action, sudo: bool, revokes: &'static [Revoke], mails: &'static [Kind], event: Event) -> Rule {
    Rule { action, sudo, revokes, mails, event }
}

/// Every action of behaviour §3 that this program has.
pub const TABLE: [Rule; 28] = [
    rule(A::SignUp, false, &[], &[K::ConfirmAddress, K::AlreadyRegistered], Event::SignUp),
    rule(A::UpdateProfile, false, &[], &[], Event::ProfileUpdated),
    rule(A::VerifyEmail, false, &[R::OtherSessions, R::ConfirmLinks], &[], Event::EmailVerified),
    rule(A::SignIn, false, &[], &[K::NewDevice], Event::SignIn),
    rule(A::SignOut, false, &[], &[], Event::SignOut),
    rule(A::RequestPasswordReset, false, &[R::ResetLinks], &[K::ResetPassword], Event::PasswordResetRequested),
    rule(
        A::ResetPassword,
        false,
        &[R::AllSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens],
        &[K::PasswordReset],
        Event::PasswordReset,
    ),
    rule(
        A::RequestEmailChange,
        true,
        &[],
        &[K::ConfirmEmailChange, K::EmailChangeToTaken, K::EmailChangeRequested],
        Event::EmailChangeRequested,
    ),
    rule(
        A::ConfirmEmailChange,
        false,
        &[R::AllSessions, R::ResetLinks],
        &[K::EmailChangedNew, K::EmailChangedOld],
        Event::EmailChanged,
    ),
    rule(A::CancelEmailChange, false, &[R::OpenEmailChange], &[K::EmailChangeCancelled], Event::EmailChangeCancelled),
    rule(
        A::UndoEmailChange,
        false,
        &[R::AllSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens],
        &[K::EmailChangeUndone],
        Event::EmailChangeUndone,
    ),
    rule(
        A::ChangePassword,
        false,
        &[R::OtherSessions, R::Sudo, R::ResetLinks, R::OpenEmailChange],
        &[K::PasswordChanged],
        Event::PasswordChanged,
    ),
    rule(A::SetPassword, true, &[R::OtherSessions, R::Sudo], &[K::PasswordSet], Event::PasswordSet),
    rule(A::LinkProvider, true, &[R::Sudo], &[K::ProviderLinked], Event::ProviderLinked),
    rule(A::UnlinkProvider, true, &[R::Sudo], &[K::ProviderUnlinked], Event::ProviderUnlinked),
    rule(A::ConfirmSudo, false, &[], &[K::SudoCode], Event::SudoConfirmed),
    rule(A::RevokeSession, true, &[], &[], Event::SessionRevoked),
    rule(A::RevokeOtherSessions, true, &[R::OtherSessions], &[], Event::SessionRevoked),
    rule(
        A::DisownEvent,
        true,
        &[R::OtherSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens],
        &[],
        Event::EventDisowned,
    ),
    rule(A::RequestExport, true, &[], &[K::ExportReady], Event::ExportRequested),
    rule(A::DownloadExport, true, &[], &[], Event::ExportDownloaded),
    rule(A::CreateApiToken, true, &[], &[K::ApiTokenCreated], Event::ApiTokenCreated),
    rule(A::RevokeApiToken, true, &[], &[], Event::ApiTokenRevoked),
    rule(A::RevokeAllApiTokens, true, &[R::ApiTokens], &[], Event::ApiTokenRevoked),
    rule(A::RevokeSessionByToken, false, &[], &[], Event::SessionRevoked),
    rule(
        A::ScheduleDeletion,
        true,
        &[R::AllSessions, R::ResetLinks, R::ConfirmLinks, R::OpenEmailChange, R::ApiTokens],
        &[K::DeletionScheduled, K::DeletionReminder],
        Event::DeletionScheduled,
    ),
    rule(A::CancelDeletion, false, &[], &[K::DeletionCancelled], Event::DeletionCancelled),
    rule(A::ExecuteDeletion, false, &[R::AllSessions, R::ApiTokens], &[K::DeletionExecuted], Event::DeletionExecuted),
];

impl Action {
    /// The action's line of the table.
    #[must_use]
    pub fn rule(self) -> &'static Rule {
        // The table has the order of the enum; a test holds them together.
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
