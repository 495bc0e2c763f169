//! `/users/settings/security-log`.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::query::{loaded, with_viewer};
use crate::{
    components::{browser, layout::Layout, settings_nav::Section},
    domain::audit::{Actor, Event},
    server::{lifecycle::queries::SecurityLogEntry, mail::date},
};

/// What happened to the account, newest first.
#[component]
pub fn SecurityLogPage() -> impl IntoView {
    with_viewer(|visit, viewer| {
        let before = use_query_map().with_untracked(|query| query.get("before")?.parse::<i64>().ok());
        let lifecycle = visit.state.lifecycle.clone();
        let query = async move { lifecycle.list_events(&viewer, before).await };
        loaded(visit, query, move |visit, log| {
            let newest = before.map(|_| (visit.path, "Newest events"));
            let older = log.next_before.map(|before| (format!("?before={before}"), "Older events"));
            let links = newest.into_iter().chain(older).map(|(href, label)| view! { <a href=href>{label}</a> });
            view! {
                <Layout title="Security log" section=Section::SecurityLog>
                    <Log entries=log.entries />
                    <div class="link-row">{links.collect_view()}</div>
                </Layout>
            }
            .into_any()
        })
    })
}

/// The events. The roles are spelled out because the narrow layout makes the rows blocks,
/// and browsers take a table that is not laid out as one for none.
#[component]
fn Log(entries: Vec<SecurityLogEntry>) -> impl IntoView {
    let rows = entries.into_iter().map(|entry| view! { <Row entry /> }).collect_view();
    view! {
        <table class="table" role="table" aria-label="Events, newest first">
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">"When"</th>
                    <th role="columnheader" scope="col">"What"</th>
                    <th role="columnheader" scope="col">"By"</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(entry: SecurityLogEntry) -> impl IntoView {
    let what = what(&entry);
    let detail = entry.detail.map(|detail| view! { <span class="table-detail">{detail}</span> });
    let browser = entry.user_agent.as_deref().map(browser::named);
    let from = [entry.ip, browser].into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <tr role="row">
            <td role="cell" data-label="When">
                <time datetime=date::rfc3339(entry.at)>{date::minute(entry.at)}</time>
            </td>
            <td role="cell" data-label="What">{what}{detail}</td>
            <td role="cell" data-label="By">{by(entry.actor)}<span class="table-detail" title=entry.user_agent>{from}</span></td>
        </tr>
    }
}

/// What happened, or what was tried and why it was refused.
fn what(entry: &SecurityLogEntry) -> String {
    let (done, attempt) = words(entry.event);
    let Some(failure) = entry.failure.as_deref() else { return done.to_owned() };
    // Behind a colon stands what only whoever runs the site can make something of.
    match reason(failure.split_once(':').map_or(failure, |(code, _)| code)) {
        Some(reason) => format!("{attempt} refused: {reason}"),
        None => format!("{attempt} refused"),
    }
}

/// The event as its owner reads it, and the attempt at it.
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
        Event::ApiTokenCreated => ("API token created", "Creating an API token"),
        Event::ApiTokenRevoked => ("API token revoked", "Revoking an API token"),
        Event::DeletionScheduled => ("Account closed", "Closing the account"),
        Event::DeletionCancelled => ("Account kept", "Keeping the account"),
        Event::DeletionExecuted => ("Account erased", "Erasing the account"),
    }
}

/// Who acted, as far as Signet can tell: whoever has the password or the link may be another.
const fn by(actor: Actor) -> &'static str {
    match actor {
        Actor::Person => "A session of this account",
        Actor::Link => "A link in a letter",
        Actor::Anyone => "Somebody not signed in",
        Actor::Worker => "Signet",
        Actor::ApiToken => "An API token of this account",
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
        "wrong_code" => "wrong code",
        "has_password" => "there is a password",
        "invalid_choice" => "not one of the choices",
        "too_many_tokens" => "too many tokens",
        "not_found" => "it was not there",
        "insufficient_scope" => "the token may only read",
        "email_taken" => "you have this account already",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{error::Refusal, time::Timestamp};

    fn said(event: Event, failure: Option<&str>) -> String {
        what(&SecurityLogEntry {
            at: Timestamp(0),
            event,
            failure: failure.map(str::to_owned),
            actor: Actor::Person,
            ip: None,
            user_agent: None,
            detail: None,
        })
    }

    #[test]
    fn a_refusal_does_not_read_as_done() {
        let wrong = Some(Refusal::WrongPassword.code());
        assert_eq!(said(Event::PasswordChanged, None), "Password changed");
        assert_eq!(said(Event::PasswordChanged, wrong), "Password change refused: wrong password");
        assert_eq!(said(Event::SudoConfirmed, wrong), "Confirming it's you refused: wrong password");
        assert_eq!(said(Event::SignIn, Some("a code of another version")), "Sign-in refused");
        assert_eq!(
            said(Event::ProviderLinked, Some("provider_untrusted:nonce")),
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
