//! The events of the security log: one closed vocabulary.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::time::Span;

/// How long Signet keeps a refusal that belongs to no account. Strangers can cause any number of them.
pub const KEEP_REFUSALS_OF_NOBODY: Span = Span::days(30);

/// What happened. A refused attempt is recorded with the same word, and with the code of the refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
pub enum Event {
    /// A visitor signed up, or tried to with the address of an existing account.
    #[strum(serialize = "account.sign_up")]
    SignUp,
    /// The display name changed.
    #[strum(serialize = "account.profile_updated")]
    ProfileUpdated,
    /// The address was verified.
    #[strum(serialize = "account.email_verified")]
    EmailVerified,
    /// A session began.
    #[strum(serialize = "session.sign_in")]
    SignIn,
    /// A session was ended by its own browser.
    #[strum(serialize = "session.sign_out")]
    SignOut,
    /// A reset link was asked for.
    #[strum(serialize = "account.password_reset_requested")]
    PasswordResetRequested,
    /// The password was set by a reset link.
    #[strum(serialize = "account.password_reset")]
    PasswordReset,
    /// An e-mail change was asked for.
    #[strum(serialize = "account.email_change_requested")]
    EmailChangeRequested,
    /// The address changed.
    #[strum(serialize = "account.email_changed")]
    EmailChanged,
    /// An e-mail change was stopped.
    #[strum(serialize = "account.email_change_cancelled")]
    EmailChangeCancelled,
    /// An e-mail change was undone.
    #[strum(serialize = "account.email_change_undone")]
    EmailChangeUndone,
    /// The password changed.
    #[strum(serialize = "account.password_changed")]
    PasswordChanged,
    /// The user set the first password of an account.
    #[strum(serialize = "account.password_set")]
    PasswordSet,
    /// A provider was linked.
    #[strum(serialize = "account.provider_linked")]
    ProviderLinked,
    /// A provider was unlinked.
    #[strum(serialize = "account.provider_unlinked")]
    ProviderUnlinked,
    /// A session entered sudo mode.
    #[strum(serialize = "session.sudo_confirmed")]
    SudoConfirmed,
    /// A session was ended from another one.
    #[strum(serialize = "session.revoked")]
    SessionRevoked,
    /// An operator had the known browsers forgotten.
    #[strum(serialize = "session.devices_forgotten")]
    DevicesForgotten,
    /// The owner disowned an event: "this was not me".
    #[strum(serialize = "account.event_disowned")]
    EventDisowned,
    /// A copy of the account's data was asked for.
    #[strum(serialize = "account.export_requested")]
    ExportRequested,
    /// The copy was downloaded.
    #[strum(serialize = "account.export_downloaded")]
    ExportDownloaded,
    /// An API token was created.
    #[strum(serialize = "api_token.created")]
    ApiTokenCreated,
    /// An API token was revoked.
    #[strum(serialize = "api_token.revoked")]
    ApiTokenRevoked,
    /// An API token was used after its end.
    #[strum(serialize = "api_token.refused")]
    ApiTokenRefused,
    /// The account was closed and its deletion scheduled.
    #[strum(serialize = "account.deletion_scheduled")]
    DeletionScheduled,
    /// The account came back.
    #[strum(serialize = "account.deletion_cancelled")]
    DeletionCancelled,
    /// The account was erased.
    #[strum(serialize = "account.deletion_executed")]
    DeletionExecuted,
}

// The log contains these words.
worded!(Event);

impl Event {
    /// The group that the event belongs to.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::SignIn | Self::SignOut | Self::SudoConfirmed | Self::SessionRevoked | Self::DevicesForgotten => {
                Group::Sessions
            }
            Self::EmailVerified
            | Self::EmailChangeRequested
            | Self::EmailChanged
            | Self::EmailChangeCancelled
            | Self::EmailChangeUndone => Group::Email,
            Self::PasswordResetRequested | Self::PasswordReset | Self::PasswordChanged | Self::PasswordSet => {
                Group::Password
            }
            Self::ProviderLinked | Self::ProviderUnlinked => Group::Providers,
            Self::ApiTokenCreated | Self::ApiTokenRevoked | Self::ApiTokenRefused => Group::ApiTokens,
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

/// A group of events, by which the owner can filter the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
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

// Addresses contain these words.
worded!(Group);

impl Group {
    /// The events that belong to it.
    pub fn events(self) -> impl Iterator<Item = Event> {
        Event::ALL.iter().copied().filter(move |event| event.group() == self)
    }
}

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Actor {
    /// The account's own session, or the person signing in to it.
    Person,
    /// A person who opened a mailed link, without a session.
    Link,
    /// A person without any proof: a sign-up, a reset request, a failed sign-in.
    Anyone,
    /// Signet's own worker.
    Worker,
    /// A program with a token of the account.
    ApiToken,
    /// An operator of the site, by a command.
    Operator,
}

// The log contains these words.
worded!(Actor);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_stands_once() {
        for event in Event::ALL.iter().copied() {
            assert_eq!(Event::from_word(event.word()), Some(event));
            // Without an attribute the word would be the case's own name.
            assert!(event.word().contains('.'), "{event:?}");
        }
        for actor in Actor::ALL.iter().copied() {
            assert_eq!(Actor::from_word(actor.word()), Some(actor));
        }
        for group in Group::ALL.iter().copied() {
            assert_eq!(Group::from_word(group.word()), Some(group));
        }
    }

    #[test]
    fn every_event_is_in_one_group_which_has_it() {
        for event in Event::ALL.iter().copied() {
            let groups = Group::ALL.iter().copied().filter(|group| group.events().any(|own| own == event));
            assert_eq!(groups.collect::<Vec<_>>(), [event.group()], "{event:?}");
        }
    }
}
