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
        Some(reason) => format!("{attempt} failed: {reason}"),
        None => format!("{attempt} failed"),
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
            let what = if *is_refused { format!("{attempt} failed") } else { done.to_owned() };
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
        (Actor::Person, Some(_)) => "Another of your sessions",
        (Actor::Person, None) => "A session of this account",
        (Actor::Link, _) => "Email link",
        (Actor::Anyone, _) => "Not signed in",
        (Actor::Worker, _) => "Signet",
        (Actor::ApiToken, _) => "API token",
        (Actor::Operator, _) => "The site's operator",
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
        Event::PasswordResetRequested => ("Password reset requested", "Password reset request"),
        Event::PasswordReset => ("Password reset", "Password reset"),
        Event::EmailChangeRequested => ("Email change requested", "Email change request"),
        Event::EmailChanged => ("Email changed", "Email change"),
        Event::EmailChangeCancelled => ("Email change cancelled", "Cancelling the email change"),
        Event::EmailChangeUndone => ("Email change undone", "Undoing the email change"),
        Event::PasswordChanged => ("Password changed", "Password change"),
        Event::PasswordSet => ("Password set", "Setting a password"),
        Event::ProviderLinked => ("Provider linked", "Linking a provider"),
        Event::ProviderUnlinked => ("Provider unlinked", "Unlinking a provider"),
        Event::SudoConfirmed => ("Identity confirmed", "Identity check"),
        Event::SessionRevoked => ("Session revoked", "Revoking a session"),
        Event::DevicesForgotten => ("Known browsers forgotten", "Forgetting the known browsers"),
        Event::EventDisowned => ("Reported as not you", "Report that it wasn't you"),
        Event::ExportRequested => ("Export requested", "Export request"),
        Event::ExportDownloaded => ("Export downloaded", "Export download"),
        Event::ApiTokenCreated => ("API token created", "API token creation"),
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
        R::WrongConfirmation => "the email typed didn't match",
        R::SudoRequired => "identity not confirmed",
        R::Unverified => "email not confirmed yet",
        R::DeletionScheduled => "the account is closed",
        R::DeadLink => "the link no longer works",
        R::OtherAccount => "the form was made for another account",
        R::OtherUser => "the link belongs to another account",
        R::AttemptOver => "started in another browser or too long ago",
        R::ProviderUnreachable => "the provider did not answer",
        R::ProviderDenied => "cancelled at the provider",
        R::ProviderUntrusted => "the provider's answer couldn't be trusted",
        R::EmailNotVerified => "the provider gave no email we can rely on",
        R::LinkFirst => "the provider was not linked",
        R::AlreadyLinked => "the login can't be linked",
        R::OtherIdentity => "not the linked login",
        R::StaleLogin => "not signed in again at the provider",
        R::NoAuthTime => "the provider doesn't say when you signed in",
        R::LastWayIn => "it is the only way to sign in",
        R::NotFound | R::ExportGone => "it no longer existed",
        R::ThisSession => "it was the session in use",
        R::WrongCode => "wrong code",
        R::HasPassword => "the account has a password",
        R::ExportRunning => "one was already being prepared",
        R::DownloadRunning => "another download was running",
        R::InvalidChoice => "not one of the choices",
        R::TokenCreated => "the form had already created its token",
        R::TooManyTokens => "too many tokens",
        R::InsufficientScope => "the token can only read",
        R::Limited => "too many attempts",
        R::TooManyFailures => "too many wrong passwords in a row",
        R::MoreFollowed => "repeated attempts within the hour",
        R::EmailTaken => "you already have this account",
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
        assert_eq!(what(Event::PasswordChanged, Some(&wrong)), "Password change failed: wrong password");
        assert_eq!(what(Event::SudoConfirmed, Some(&wrong)), "Identity check failed: wrong password");
        let unknown = Failure::from_row("a code of another version".to_owned());
        assert_eq!(what(Event::SignIn, Some(&unknown)), "Sign-in failed");
        assert_eq!(
            what(Event::ProviderLinked, Some(&Failure::with_word(R::ProviderUntrusted, "nonce"))),
            "Linking a provider failed: the provider's answer couldn't be trusted"
        );
    }

    #[test]
    fn who_acted_is_told_apart() {
        let [own, other] = [1, 2].map(|number| SessionId::from_random([number; 16]));
        let by = |actor, session: Option<&SessionId>| by(actor, session, &own);
        assert_eq!(by(Actor::Person, Some(&own)), "This browser");
        assert_eq!(by(Actor::Person, Some(&other)), "Another of your sessions");
        assert_eq!(by(Actor::Person, None), "A session of this account");
        assert_eq!(by(Actor::Anyone, Some(&own)), "Not signed in");
    }

    #[test]
    fn what_was_disowned_is_said_in_words() {
        let said = |event, text: &str| detail(&Detail::from_row(Some(event), text.to_owned()));
        let disowned = |text| said(Event::EventDisowned, text);
        assert_eq!(disowned("session.sign_in 2027-01-15T08:00:00Z"), "Signed in, 15 January 2027, 08:00 UTC");
        let refused = "session.sign_in.failure 2027-01-15T08:00:00Z";
        assert_eq!(disowned(refused), "Sign-in failed, 15 January 2027, 08:00 UTC");
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
