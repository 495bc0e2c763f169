//! The words for events in the owner's log.

use crate::domain::{
    failure::{Failure, Reason as R},
    security_log::Event,
};

/// The event in words: what happened, or what was attempted and why it was refused.
pub(super) fn what(event: Event, failure: Option<&Failure>) -> String {
    let (done, attempt) = words(event);
    let Some(failure) = failure else { return done.to_owned() };
    match failure.reason().and_then(in_words) {
        Some(reason) => format!("{attempt} refused: {reason}"),
        None => format!("{attempt} refused"),
    }
}

/// The event in words when it happened, and the attempt at it.
pub(super) const fn words(event: Event) -> (&'static str, &'static str) {
    match event {
        Event::SignUp => ("Account created", "Account creation"),
        Event::ProfileUpdated => ("Name changed", "Name change"),
        Event::EmailVerified => ("Email confirmed", "Email confirmation"),
        Event::SignIn => ("Signed in", "Sign-in"),
        Event::SignOut => ("Signed out", "Sign-out"),
        Event::PasswordResetRequested => ("Password reset asked for", "Password reset request"),
        Event::PasswordReset => ("Password reset", "Password reset"),
        Event::EmailChangeRequested => ("Email change asked for", "Email change request"),
        Event::EmailChanged => ("Email changed", "Email change"),
        Event::EmailChangeCancelled => ("Email change cancelled", "Cancelling the email change"),
        Event::EmailChangeUndone => ("Email change taken back", "Taking back the email change"),
        Event::PasswordChanged => ("Password changed", "Password change"),
        Event::PasswordSet => ("Password set", "Setting a password"),
        Event::ProviderLinked => ("Provider linked", "Linking a provider"),
        Event::ProviderUnlinked => ("Provider unlinked", "Unlinking a provider"),
        Event::SudoConfirmed => ("Confirmed it's you", "Confirming it's you"),
        Event::SessionRevoked => ("Session revoked", "Revoking a session"),
        Event::EventDisowned => ("Said it wasn't you", "Saying it wasn't you"),
        Event::ExportRequested => ("Export asked for", "Export request"),
        Event::ExportDownloaded => ("Export downloaded", "Downloading the export"),
        Event::ApiTokenCreated => ("API token created", "Creating an API token"),
        Event::ApiTokenRevoked => ("API token revoked", "Revoking an API token"),
        Event::DeletionScheduled => ("Account closed", "Closing the account"),
        Event::DeletionCancelled => ("Account kept", "Keeping the account"),
        Event::DeletionExecuted => ("Account erased", "Erasing the account"),
    }
}

/// Why an attempt was refused, in words; `None` if the attempt itself already says it.
const fn in_words(reason: R) -> Option<&'static str> {
    Some(match reason {
        R::InvalidEmail => "not an email address",
        R::InvalidName | R::InvalidTokenName => "not a usable name",
        R::PasswordTooShort => "new password too short",
        R::PasswordTooLong => "new password too long",
        R::WeakPassword => "new password too easy to guess",
        R::SamePassword => "new password the same as the current one",
        R::WrongCredentials | R::WrongPassword => "wrong password",
        R::NoPassword => "no password set",
        R::WrongConfirmation => "another email was typed",
        R::SudoRequired => "not confirmed that it's you",
        R::Unverified => "email not confirmed yet",
        R::DeletionScheduled => "the account is closed",
        R::DeadLink => "the link no longer works",
        R::OtherUser => "the link belongs to another account",
        R::AttemptOver => "begun in another browser or too long ago",
        R::ProviderUnreachable => "the provider did not answer",
        R::ProviderDenied => "said no at the provider",
        R::ProviderUntrusted => "the provider's answer proved nothing",
        R::EmailNotVerified => "the provider has not confirmed the email",
        R::LinkFirst => "the provider was not linked",
        R::AlreadyLinked => "the login cannot be linked",
        R::OtherIdentity => "another login than the linked one",
        R::StaleLogin => "not signed in again at the provider",
        R::NoAuthTime => "the provider does not say when you signed in",
        R::LastWayIn => "it is the only way to sign in",
        R::NotFound => "it was not there",
        R::ThisSession => "it was the session in use",
        R::WrongCode => "wrong code",
        R::HasPassword => "there is a password",
        R::ExportRunning => "one is being prepared already",
        R::ExportGone => "it is not there any more",
        R::InvalidChoice => "not one of the choices",
        R::TooManyTokens => "too many tokens",
        R::InsufficientScope => "the token may only read",
        R::EmailTaken => "you have this account already",
        R::PasswordHasNul | R::SignInRequired | R::ChangedMeanwhile | R::Limited | R::NoAccount => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_does_not_read_as_done() {
        let wrong = Failure::from(R::WrongPassword);
        assert_eq!(what(Event::PasswordChanged, None), "Password changed");
        assert_eq!(what(Event::PasswordChanged, Some(&wrong)), "Password change refused: wrong password");
        assert_eq!(what(Event::SudoConfirmed, Some(&wrong)), "Confirming it's you refused: wrong password");
        let unknown = Failure::from_row("a code of another version".to_owned());
        assert_eq!(what(Event::SignIn, Some(&unknown)), "Sign-in refused");
        assert_eq!(
            what(Event::ProviderLinked, Some(&Failure::with_word(R::ProviderUntrusted, "nonce"))),
            "Linking a provider refused: the provider's answer proved nothing"
        );
    }
}
