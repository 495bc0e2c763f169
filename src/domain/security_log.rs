//! The events of the security log: one closed vocabulary.

/// What happened. A refused attempt has the same word, and the refusal's code beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// An account was made, or asked for with an address that has one.
    SignUp,
    /// The display name changed.
    ProfileUpdated,
    /// The address was verified.
    EmailVerified,
    /// A session began.
    SignIn,
    /// A session was ended by its own browser.
    SignOut,
    /// A reset link was asked for.
    PasswordResetRequested,
    /// The password was set by a reset link.
    PasswordReset,
    /// An e-mail change was asked for.
    EmailChangeRequested,
    /// The address changed.
    EmailChanged,
    /// An e-mail change was stopped.
    EmailChangeCancelled,
    /// An e-mail change was taken back.
    EmailChangeUndone,
    /// The password changed.
    PasswordChanged,
    /// A password was set where there was none.
    PasswordSet,
    /// A provider became a way in.
    ProviderLinked,
    /// A provider is no way in any more.
    ProviderUnlinked,
    /// A session entered sudo mode.
    SudoConfirmed,
    /// A session was ended from another one.
    SessionRevoked,
    /// The owner said that something was not them.
    EventDisowned,
    /// A copy of the account's data was asked for.
    ExportRequested,
    /// The copy was downloaded.
    ExportDownloaded,
    /// An API token was created.
    ApiTokenCreated,
    /// An API token was revoked.
    ApiTokenRevoked,
    /// The account was closed and its deletion scheduled.
    DeletionScheduled,
    /// The account came back.
    DeletionCancelled,
    /// The account was erased.
    DeletionExecuted,
}

impl Event {
    /// Every event, for tables and tests.
    pub const ALL: [Self; 25] = [
        Self::SignUp,
        Self::ProfileUpdated,
        Self::EmailVerified,
        Self::SignIn,
        Self::SignOut,
        Self::PasswordResetRequested,
        Self::PasswordReset,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::EmailChangeCancelled,
        Self::EmailChangeUndone,
        Self::PasswordChanged,
        Self::PasswordSet,
        Self::ProviderLinked,
        Self::ProviderUnlinked,
        Self::SudoConfirmed,
        Self::SessionRevoked,
        Self::EventDisowned,
        Self::ExportRequested,
        Self::ExportDownloaded,
        Self::ApiTokenCreated,
        Self::ApiTokenRevoked,
        Self::DeletionScheduled,
        Self::DeletionCancelled,
        Self::DeletionExecuted,
    ];

    /// The word in the log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignUp => "account.sign_up",
            Self::ProfileUpdated => "account.profile_updated",
            Self::EmailVerified => "account.email_verified",
            Self::SignIn => "session.sign_in",
            Self::SignOut => "session.sign_out",
            Self::PasswordResetRequested => "account.password_reset_requested",
            Self::PasswordReset => "account.password_reset",
            Self::EmailChangeRequested => "account.email_change_requested",
            Self::EmailChanged => "account.email_changed",
            Self::EmailChangeCancelled => "account.email_change_cancelled",
            Self::EmailChangeUndone => "account.email_change_undone",
            Self::PasswordChanged => "account.password_changed",
            Self::PasswordSet => "account.password_set",
            Self::ProviderLinked => "account.provider_linked",
            Self::ProviderUnlinked => "account.provider_unlinked",
            Self::SudoConfirmed => "session.sudo_confirmed",
            Self::SessionRevoked => "session.revoked",
            Self::EventDisowned => "account.event_disowned",
            Self::ExportRequested => "account.export_requested",
            Self::ExportDownloaded => "account.export_downloaded",
            Self::ApiTokenCreated => "api_token.created",
            Self::ApiTokenRevoked => "api_token.revoked",
            Self::DeletionScheduled => "account.deletion_scheduled",
            Self::DeletionCancelled => "account.deletion_cancelled",
            Self::DeletionExecuted => "account.deletion_executed",
        }
    }

    /// Reads [`Event::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.word() == word)
    }

    /// What it is about.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::SignIn | Self::SignOut | Self::SudoConfirmed | Self::SessionRevoked => Group::Sessions,
            Self::EmailVerified
            | Self::EmailChangeRequested
            | Self::EmailChanged
            | Self::EmailChangeCancelled
            | Self::EmailChangeUndone => Group::Email,
            Self::PasswordResetRequested | Self::PasswordReset | Self::PasswordChanged | Self::PasswordSet => {
                Group::Password
            }
            Self::ProviderLinked | Self::ProviderUnlinked => Group::Providers,
            Self::ApiTokenCreated | Self::ApiTokenRevoked => Group::ApiTokens,
            Self::ExportRequested | Self::ExportDownloaded => Group::Export,
            Self::SignUp
            | Self::ProfileUpdated
            | Self::EventDisowned
            | Self::DeletionScheduled
            | Self::DeletionCancelled
            | Self::DeletionExecuted => Group::Account,
        }
    }
}

/// What events are about, for whoever looks for some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Signing in and out, and confirming that it is still you.
    Sessions,
    /// The address.
    Email,
    /// The password.
    Password,
    /// Accounts of providers.
    Providers,
    /// API tokens.
    ApiTokens,
    /// The export of one's data.
    Export,
    /// The account as a whole.
    Account,
}

impl Group {
    /// Every group, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Sessions, Self::Email, Self::Password, Self::Providers, Self::ApiTokens, Self::Export, Self::Account];

    /// The word in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Email => "email",
            Self::Password => "password",
            Self::Providers => "providers",
            Self::ApiTokens => "api-tokens",
            Self::Export => "export",
            Self::Account => "account",
        }
    }

    /// Reads [`Group::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }

    /// The events that belong to it.
    pub fn events(self) -> impl Iterator<Item = Event> {
        Event::ALL.into_iter().filter(move |event| event.group() == self)
    }
}

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The account's own session, or the person signing in to it.
    Person,
    /// Whoever holds a mailed link, without a session.
    Link,
    /// Somebody without any proof: a sign-up, a reset request, a failed sign-in.
    Anyone,
    /// Signet's own worker.
    Worker,
    /// A program with a token of the account.
    ApiToken,
}

impl Actor {
    /// Every actor, for tables and tests.
    pub const ALL: [Self; 5] = [Self::Person, Self::Link, Self::Anyone, Self::Worker, Self::ApiToken];

    /// The word in the log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Link => "link",
            Self::Anyone => "anyone",
            Self::Worker => "worker",
            Self::ApiToken => "api_token",
        }
    }

    /// Reads [`Actor::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_stands_once() {
        for event in Event::ALL {
            assert_eq!(Event::from_word(event.word()), Some(event));
        }
        for actor in Actor::ALL {
            assert_eq!(Actor::from_word(actor.word()), Some(actor));
        }
        for group in Group::ALL {
            assert_eq!(Group::from_word(group.word()), Some(group));
        }
    }

    #[test]
    fn every_event_is_in_one_group_which_has_it() {
        for event in Event::ALL {
            let groups = Group::ALL.into_iter().filter(|group| group.events().any(|own| own == event));
            assert_eq!(groups.collect::<Vec<_>>(), [event.group()], "{event:?}");
        }
    }
}
