//! `/users/settings/security-log`.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::event_table::EventTable;
use crate::{
    components::{guard::Guard, layout::Layout, settings_nav::Section},
    domain::{
        failure::{Failure, Reason},
        security_log::{Event, Group},
    },
    pages::query::{loaded, set_status, sudo_lasts, with_viewer},
    server::context::log_path,
};

/// Which part of the log is shown.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Place {
    /// Of which events; of all where none is named, or none that there is.
    pub(in crate::pages) group: Option<Group>,
    /// From before which event on.
    pub(in crate::pages) before: Option<i64>,
}

/// What happened to the account, newest first.
#[component]
pub fn SecurityLogPage() -> impl IntoView {
    with_viewer(|visit, viewer| {
        let place = Place::asked_for();
        let (email, own) = (viewer.user.email.to_string(), viewer.session.id.clone());
        let is_confirmed = viewer.sudo(visit.now, visit.state.lifecycle.policy.sudo_ttl).is_ok();
        let lifecycle = visit.state.lifecycle.clone();
        let query = async move {
            let log = lifecycle.list_events(&viewer, place.before, place.group).await?;
            Ok((log, lifecycle.sudo_ways(&viewer).await?))
        };
        loaded(visit, query, move |visit, (log, ways)| {
            let Place { group, before } = place;
            let (lasts, return_to) = (sudo_lasts(&visit), log_path(group, before));
            let newest = before.map(|_| (log_path(group, None), "Newest events"));
            let older = log.next_before.map(|before| (log_path(group, Some(before)), "Older events"));
            let links = newest.into_iter().chain(older).map(|(href, label)| view! { <a href=href>{label}</a> });
            let empty = log.entries.is_empty().then(|| view! { <p>"There is nothing here."</p> });
            view! {
                <Layout title="Security log" section=Section::SecurityLog>
                    <p>
                        "Something that was not you: press its button. All other sessions are signed out, API tokens and
                        pending changes are cancelled, and you choose a new password."
                    </p>
                    <Filter chosen=group />
                    <Guard purpose="sign out everybody else" email ways return_to lasts is_confirmed />
                    <EventTable entries=log.entries own place />
                    {empty}
                    <div class="link-row">{links.collect_view()}</div>
                </Layout>
            }
            .into_any()
        })
    })
}

impl Place {
    /// What the address asks for. A number that is none has the newest events shown, as a
    /// request that was not understood.
    fn asked_for() -> Self {
        let (kind, before) = use_query_map().with_untracked(|query| (query.get("kind"), query.get("before")));
        let number = before.as_deref().map(|before| before.parse().ok().filter(|before: &i64| *before > 0));
        if number == Some(None) {
            set_status(400);
        }
        Self { group: kind.as_deref().and_then(Group::from_word), before: number.flatten() }
    }
}

/// Chooses what is shown: an ordinary form that changes nothing.
#[component]
fn Filter(
    /// What is shown now.
    chosen: Option<Group>,
) -> impl IntoView {
    let option =
        |group: Group| view! { <option value=group.word() selected=chosen == Some(group)>{about(group)}</option> };
    view! {
        <form class="filter" method="get" action="/users/settings/security-log">
            <label class="field-label" for="kind">"Show"</label>
            <select class="field-input" id="kind" name="kind">
                <option value="" selected=chosen.is_none()>"All events"</option>
                {Group::ALL.map(option).collect_view()}
            </select>
            <button class="button" type="submit">"Filter"</button>
        </form>
    }
}

const fn about(group: Group) -> &'static str {
    match group {
        Group::Sessions => "Sign-in and sessions",
        Group::Email => "Email",
        Group::Password => "Password",
        Group::Providers => "Providers",
        Group::ApiTokens => "API tokens",
        Group::Export => "Data export",
        Group::Account => "Account",
    }
}

/// What happened, or what was tried and why it was refused.
pub(in crate::pages) fn what(event: Event, failure: Option<&Failure>) -> String {
    let (done, attempt) = words(event);
    let Some(failure) = failure else { return done.to_owned() };
    match failure.reason().and_then(in_words) {
        Some(reason) => format!("{attempt} refused: {reason}"),
        None => format!("{attempt} refused"),
    }
}

/// The event as its owner reads it, and the attempt at it.
pub(in crate::pages) const fn words(event: Event) -> (&'static str, &'static str) {
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

/// Why an attempt was refused, in words, where they say more than the attempt does.
const fn in_words(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::InvalidEmail => "not an email address",
        Reason::InvalidName | Reason::InvalidTokenName => "not a usable name",
        Reason::PasswordTooShort => "new password too short",
        Reason::PasswordTooLong => "new password too long",
        Reason::WeakPassword => "new password too easy to guess",
        Reason::SamePassword => "new password the same as the current one",
        Reason::WrongCredentials | Reason::WrongPassword => "wrong password",
        Reason::NoPassword => "no password set",
        Reason::WrongConfirmation => "another email was typed",
        Reason::SudoRequired => "not confirmed that it's you",
        Reason::Unverified => "email not confirmed yet",
        Reason::DeletionScheduled => "the account is closed",
        Reason::DeadLink => "the link no longer works",
        Reason::OtherUser => "the link belongs to another account",
        Reason::AttemptOver => "begun in another browser or too long ago",
        Reason::ProviderUnreachable => "the provider did not answer",
        Reason::ProviderDenied => "said no at the provider",
        Reason::ProviderUntrusted => "the provider's answer proved nothing",
        Reason::EmailNotVerified => "the provider has not confirmed the email",
        Reason::LinkFirst => "the provider was not linked",
        Reason::AlreadyLinked => "the login cannot be linked",
        Reason::OtherIdentity => "another login than the linked one",
        Reason::StaleLogin => "not signed in again at the provider",
        Reason::NoAuthTime => "the provider does not say when you signed in",
        Reason::LastWayIn => "it is the only way to sign in",
        Reason::NotFound => "it was not there",
        Reason::ThisSession => "it was the session in use",
        Reason::WrongCode => "wrong code",
        Reason::HasPassword => "there is a password",
        Reason::ExportRunning => "one is being prepared already",
        Reason::ExportGone => "it is not there any more",
        Reason::InvalidChoice => "not one of the choices",
        Reason::TooManyTokens => "too many tokens",
        Reason::InsufficientScope => "the token may only read",
        Reason::EmailTaken => "you have this account already",
        Reason::PasswordHasNul
        | Reason::SignInRequired
        | Reason::ChangedMeanwhile
        | Reason::Limited
        | Reason::NoAccount => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_does_not_read_as_done() {
        let wrong = Failure::from(Reason::WrongPassword);
        assert_eq!(what(Event::PasswordChanged, None), "Password changed");
        assert_eq!(what(Event::PasswordChanged, Some(&wrong)), "Password change refused: wrong password");
        assert_eq!(what(Event::SudoConfirmed, Some(&wrong)), "Confirming it's you refused: wrong password");
        let unknown = Failure::from_row("a code of another version".to_owned());
        assert_eq!(what(Event::SignIn, Some(&unknown)), "Sign-in refused");
        assert_eq!(
            what(Event::ProviderLinked, Some(&Failure::with_word(Reason::ProviderUntrusted, "nonce"))),
            "Linking a provider refused: the provider's answer proved nothing"
        );
    }
}
