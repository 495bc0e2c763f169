//! Events as their owner reads them.

use crate::domain::security_log::Event;

/// What happened, or what was tried and why it was refused.
pub(super) fn what(event: Event, failure: Option<&str>) -> String {
    let (done, attempt) = words(event);
    let Some(failure) = failure else { return done.to_owned() };
    // Behind a colon stands what only whoever runs the site can make something of.
    match reason(failure.split_once(':').map_or(failure, |(code, _)| code)) {
        Some(reason) => format!("{attempt} refused: {reason}"),
        None => format!("{attempt} refused"),
    }
}

/// The event as its owner reads it, and the attempt at it.
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

/// The recorded code of a refusal in words, where they say more than the attempt does.
fn reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalid_email" => "not an email address",
        "invalid_name" | "invalid_token_name" => "not a usable name",
        "password_too_short" => "new password too short",
        "password_too_long" => "new password too long",
        "weak_password" => "new password too easy to guess",
        "same_password" => "new password the same as the current one",
        "wrong_credentials" | "wrong_password" => "wrong password",
        "no_password" => "no password set",
        "wrong_confirmation" => "another email was typed",
        "sudo_required" => "not confirmed that it's you",
        "unverified" => "email not confirmed yet",
        "deletion_scheduled" => "the account is closed",
        "dead_link" => "the link no longer works",
        "other_user" => "the link belongs to another account",
        "attempt_over" => "begun in another browser or too long ago",
        "provider_unreachable" => "the provider did not answer",
        "provider_denied" => "said no at the provider",
        "provider_untrusted" => "the provider's answer proved nothing",
        "email_not_verified" => "the provider has not confirmed the email",
        "link_first" => "the provider was not linked",
        "already_linked" => "the login cannot be linked",
        "other_identity" => "another login than the linked one",
        "stale_login" => "not signed in again at the provider",
        "no_auth_time" => "the provider does not say when you signed in",
        "last_way_in" => "it is the only way to sign in",
        "not_found" => "it was not there",
        "this_session" => "it was the session in use",
        "wrong_code" => "wrong code",
        "has_password" => "there is a password",
        "export_running" => "one is being prepared already",
        "export_gone" => "it is not there any more",
        "invalid_choice" => "not one of the choices",
        "too_many_tokens" => "too many tokens",
        "insufficient_scope" => "the token may only read",
        "email_taken" => "you have this account already",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::error::Refusal;

    #[test]
    fn a_refusal_does_not_read_as_done() {
        let wrong = Some(Refusal::WrongPassword.code());
        assert_eq!(what(Event::PasswordChanged, None), "Password changed");
        assert_eq!(what(Event::PasswordChanged, wrong), "Password change refused: wrong password");
        assert_eq!(what(Event::SudoConfirmed, wrong), "Confirming it's you refused: wrong password");
        assert_eq!(what(Event::SignIn, Some("a code of another version")), "Sign-in refused");
        assert_eq!(
            what(Event::ProviderLinked, Some("provider_untrusted:nonce")),
            "Linking a provider refused: the provider's answer proved nothing"
        );
    }

    #[test]
    fn the_codes_are_those_that_are_recorded() {
        for refusal in [Refusal::InvalidEmail, Refusal::SamePassword, Refusal::SudoRequired, Refusal::DeadLink] {
            assert!(reason(refusal.code()).is_some(), "{refusal}");
        }
    }
}
