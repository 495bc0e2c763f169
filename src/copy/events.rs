//! The events of the security log, as their owner reads them.

use super::units;
use crate::domain::{
    email::shown,
    event_detail::Detail,
    failure::{Failure, Reason as R},
    id::SessionId,
    security_log::{Actor, Event},
    time::Timestamp,
};

/// What happened, or what was attempted and why it was refused.
#[must_use]
pub fn what(event: Event, failure: Option<&Failure>) -> String {
    let (done, attempt) = words(event);
    let Some(failure) = failure else { return done.to_owned() };
    match failure.reason().and_then(in_words) {
        Some(reason) => format!("{attempt} refused: {reason}"),
        None => format!("{attempt} refused"),
    }
}

/// What happened, by [`what`], and when.
#[must_use]
pub fn what_and_when(what: &str, at: Timestamp) -> String {
    format!("{what}, {}", units::minute(at))
}

/// The detail of an event. Most details are addresses and names, which people can read as they are. Two kinds need
/// words here, because their own text is for programs: a count, and an event that the user disowned ("this wasn't me").
#[must_use]
pub fn detail(detail: &Detail) -> String {
    match detail {
        Detail::Disowned { event, is_refused, at } => {
            let (done, attempt) = words(*event);
            let what = if *is_refused { format!("{attempt} refused") } else { done.to_owned() };
            what_and_when(&what, *at)
        }
        Detail::OtherSessions(1) => "1 other session".to_owned(),
        Detail::OtherSessions(n) => format!("{n} other sessions"),
        Detail::EmailChange { .. }
        | Detail::Email(_)
        | Detail::Provider(_)
        | Detail::ApiToken { .. }
        | Detail::Browser(_)
        | Detail::Reason(_)
        | Detail::Unknown(_) => detail.text_with(shown),
    }
}

/// Who acted, as far as Signet can tell: an attacker may have the user's password or link. `own` is the session of
/// the reader.
#[must_use]
pub fn by(actor: Actor, session: Option<&SessionId>, own: &SessionId) -> &'static str {
    match (actor, session) {
        (Actor::Person, Some(session)) if session == own => "This browser",
        (Actor::Person, Some(_)) => "Another session of yours",
        (Actor::Person, None) => "A session of this account",
        (Actor::Link, _) => "A link in a letter",
        (Actor::Anyone, _) => "Somebody not signed in",
        (Actor::Worker, _) => "Signet",
        (Actor::ApiToken, _) => "An API token of this account",
        (Actor::Operator, _) => "The operator of this site",
    }
}

/// The words for an event that happened, and the words for an attempt that was refused.
const fn words(event: Event) -> (&'static str, &'static str) {
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
        Event::DevicesForgotten => ("Known browsers forgotten", "Forgetting the known browsers"),
        Event::EventDisowned => ("Said it wasn't you", "Saying it wasn't you"),
        Event::ExportRequested => ("Export asked for", "Export request"),
        Event::ExportDownloaded => ("Export downloaded", "Downloading the export"),
        Event::ApiTokenCreated => ("API token created", "Creating an API token"),
        Event::ApiTokenRevoked => ("API token revoked", "Revoking an API token"),
        Event::ApiTokenRefused => ("Expired API token used", "Use of an expired API token"),
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
        R::BreachedPassword => "new password known from a data breach",
        R::SameEmail => "new email the same as the current one",
        R::SamePassword => "new password the same as the current one",
        R::PasswordMissing => "no password was typed",
        R::WrongCredentials | R::WrongPassword => "wrong password",
        R::NoPassword => "no password set",
        R::WrongConfirmation => "another email was typed",
        R::SudoRequired => "not confirmed that it's you",
        R::Unverified => "email not confirmed yet",
        R::DeletionScheduled => "the account is closed",
        R::DeadLink => "the link no longer works",
        R::OtherAccount => "the form was made for another account",
        R::OtherUser => "the link belongs to another account",
        R::AttemptOver => "begun in another browser or too long ago",
        R::ProviderUnreachable => "the provider did not answer",
        R::ProviderDenied => "said no at the provider",
        R::ProviderUntrusted => "the provider's answer proved nothing",
        R::EmailNotVerified => "the provider gave no email that counts",
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
        R::DownloadRunning => "a download is under way",
        R::ExportGone => "it is not there any more",
        R::InvalidChoice => "not one of the choices",
        R::TokenCreated => "the form had created its token already",
        R::TooManyTokens => "too many tokens",
        R::InsufficientScope => "the token may only read",
        R::Limited => "too many attempts",
        R::TooManyFailures => "too many wrong passwords in a row",
        R::MoreFollowed => "more attempts followed within the hour",
        R::EmailTaken => "you have this account already",
        R::PasswordHasNul | R::SignInRequired | R::ChangedMeanwhile | R::NoAccount => return None,
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

    #[test]
    fn who_acted_is_told_apart() {
        let [own, other] = [1, 2].map(|number| SessionId::from_random([number; 16]));
        let by = |actor, session: Option<&SessionId>| by(actor, session, &own);
        assert_eq!(by(Actor::Person, Some(&own)), "This browser");
        assert_eq!(by(Actor::Person, Some(&other)), "Another session of yours");
        assert_eq!(by(Actor::Person, None), "A session of this account");
        assert_eq!(by(Actor::Anyone, Some(&own)), "Somebody not signed in");
    }

    #[test]
    fn what_was_disowned_is_said_in_words() {
        let said = |event, text: &str| detail(&Detail::from_row(Some(event), text.to_owned()));
        let disowned = |text| said(Event::EventDisowned, text);
        assert_eq!(disowned("session.sign_in 2027-01-15T08:00:00Z"), "Signed in, 15 January 2027, 08:00 UTC");
        let refused = "session.sign_in.failure 2027-01-15T08:00:00Z";
        assert_eq!(disowned(refused), "Sign-in refused, 15 January 2027, 08:00 UTC");
        assert_eq!(disowned("something of another version"), "something of another version");
        assert_eq!(said(Event::SessionRevoked, "Firefox on Linux"), "Firefox on Linux");
    }

    #[test]
    fn a_count_of_sessions_reads_as_it_does_for_programs() {
        for count in [0, 1, 2, 99] {
            let sessions = Detail::OtherSessions(count);
            assert_eq!(detail(&sessions), sessions.to_string());
        }
    }
}
