//! The table: what each action needs, revokes, mails and records (behaviour §3).

use crate::domain::{
    error::Refusal,
    outbox::Kind,
    security_log::Event,
    user::{Standing, User},
};

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

/// The accounts that an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admits {
    /// Every account, or none at all.
    Anyone,
    /// Those whose deletion is not scheduled.
    NotClosed,
    /// As [`Admits::NotClosed`]; one whose address is not verified yet needs no sudo mode.
    UnverifiedWithoutSudo,
    /// Those with a verified address whose deletion is not scheduled.
    Active,
}

impl Admits {
    /// Passes an account that the action is for.
    ///
    /// # Errors
    /// [`Refusal::Unverified`], [`Refusal::DeletionScheduled`].
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
    /// Whom it is for.
    pub admits: Admits,
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

/// Every action of behaviour §3 that this program has.
pub const TABLE: [Rule; 28] = [
    Rule {
        action: A::SignUp,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[],
        mails: &[K::ConfirmAddress, K::AlreadyRegistered],
        event: Event::SignUp,
    },
    Rule {
        action: A::UpdateProfile,
        admits: Admits::Active,
        sudo: false,
        revokes: &[],
        mails: &[],
        event: Event::ProfileUpdated,
    },
    Rule {
        action: A::VerifyEmail,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[R::OtherSessions, R::ConfirmLinks],
        mails: &[],
        event: Event::EmailVerified,
    },
    Rule {
        action: A::SignIn,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[],
        mails: &[K::NewDevice],
        event: Event::SignIn,
    },
    Rule { action: A::SignOut, admits: Admits::Anyone, sudo: false, revokes: &[], mails: &[], event: Event::SignOut },
    Rule {
        action: A::RequestPasswordReset,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[R::ResetLinks],
        mails: &[K::ResetPassword],
        event: Event::PasswordResetRequested,
    },
    Rule {
        action: A::ResetPassword,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[R::AllSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens],
        mails: &[K::PasswordReset],
        event: Event::PasswordReset,
    },
    Rule {
        action: A::RequestEmailChange,
        admits: Admits::UnverifiedWithoutSudo,
        sudo: true,
        revokes: &[],
        mails: &[K::ConfirmEmailChange, K::EmailChangeToTaken, K::EmailChangeRequested],
        event: Event::EmailChangeRequested,
    },
    Rule {
        action: A::ConfirmEmailChange,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[R::AllSessions, R::ResetLinks],
        mails: &[K::EmailChangedNew, K::EmailChangedOld],
        event: Event::EmailChanged,
    },
    Rule {
        action: A::CancelEmailChange,
        admits: Admits::NotClosed,
        sudo: false,
        revokes: &[R::OpenEmailChange],
        mails: &[K::EmailChangeCancelled],
        event: Event::EmailChangeCancelled,
    },
    Rule {
        action: A::UndoEmailChange,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[R::AllSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens],
        mails: &[K::EmailChangeUndone],
        event: Event::EmailChangeUndone,
    },
    Rule {
        action: A::ChangePassword,
        admits: Admits::Active,
        sudo: false,
        revokes: &[R::OtherSessions, R::Sudo, R::ResetLinks, R::OpenEmailChange],
        mails: &[K::PasswordChanged],
        event: Event::PasswordChanged,
    },
    Rule {
        action: A::SetPassword,
        admits: Admits::Active,
        sudo: true,
        revokes: &[R::OtherSessions, R::Sudo],
        mails: &[K::PasswordSet],
        event: Event::PasswordSet,
    },
    Rule {
        action: A::LinkProvider,
        admits: Admits::Active,
        sudo: true,
        revokes: &[R::Sudo],
        mails: &[K::ProviderLinked],
        event: Event::ProviderLinked,
    },
    Rule {
        action: A::UnlinkProvider,
        admits: Admits::Active,
        sudo: true,
        revokes: &[R::Sudo],
        mails: &[K::ProviderUnlinked],
        event: Event::ProviderUnlinked,
    },
    Rule {
        action: A::ConfirmSudo,
        admits: Admits::NotClosed,
        sudo: false,
        revokes: &[],
        mails: &[K::SudoCode],
        event: Event::SudoConfirmed,
    },
    Rule {
        action: A::RevokeSession,
        admits: Admits::Active,
        sudo: true,
        revokes: &[],
        mails: &[],
        event: Event::SessionRevoked,
    },
    Rule {
        action: A::RevokeOtherSessions,
        admits: Admits::Active,
        sudo: true,
        revokes: &[R::OtherSessions],
        mails: &[],
        event: Event::SessionRevoked,
    },
    Rule {
        action: A::DisownEvent,
        admits: Admits::Active,
        sudo: true,
        revokes: &[R::OtherSessions, R::ResetLinks, R::OpenEmailChange, R::ApiTokens],
        mails: &[],
        event: Event::EventDisowned,
    },
    Rule {
        action: A::RequestExport,
        admits: Admits::Active,
        sudo: true,
        revokes: &[],
        mails: &[K::ExportReady],
        event: Event::ExportRequested,
    },
    Rule {
        action: A::DownloadExport,
        admits: Admits::Active,
        sudo: true,
        revokes: &[],
        mails: &[],
        event: Event::ExportDownloaded,
    },
    Rule {
        action: A::CreateApiToken,
        admits: Admits::Active,
        sudo: true,
        revokes: &[],
        mails: &[K::ApiTokenCreated],
        event: Event::ApiTokenCreated,
    },
    Rule {
        action: A::RevokeApiToken,
        admits: Admits::Active,
        sudo: true,
        revokes: &[],
        mails: &[],
        event: Event::ApiTokenRevoked,
    },
    Rule {
        action: A::RevokeAllApiTokens,
        admits: Admits::Active,
        sudo: true,
        revokes: &[R::ApiTokens],
        mails: &[],
        event: Event::ApiTokenRevoked,
    },
    Rule {
        action: A::RevokeSessionByToken,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[],
        mails: &[],
        event: Event::SessionRevoked,
    },
    Rule {
        action: A::ScheduleDeletion,
        admits: Admits::NotClosed,
        sudo: true,
        revokes: &[R::AllSessions, R::ResetLinks, R::ConfirmLinks, R::OpenEmailChange, R::ApiTokens],
        mails: &[K::DeletionScheduled, K::DeletionReminder],
        event: Event::DeletionScheduled,
    },
    Rule {
        action: A::CancelDeletion,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[],
        mails: &[K::DeletionCancelled],
        event: Event::DeletionCancelled,
    },
    Rule {
        action: A::ExecuteDeletion,
        admits: Admits::Anyone,
        sudo: false,
        revokes: &[R::AllSessions, R::ApiTokens],
        mails: &[K::DeletionExecuted],
        event: Event::DeletionExecuted,
    },
];

impl Rule {
    /// Whether the action needs sudo mode of a session of `user`.
    #[must_use]
    pub fn asks_sudo_of(&self, user: &User) -> bool {
        self.sudo && !(self.admits == Admits::UnverifiedWithoutSudo && user.standing() == Standing::Unverified)
    }
}

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
