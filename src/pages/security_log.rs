//! `/users/settings/security-log`.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::query::{loaded, with_viewer};
use crate::{
    components::{layout::Layout, settings_nav::Section},
    domain::audit::Event,
    server::{lifecycle::queries::SecurityLogEntry, mail::date},
};

/// What happened to the account, newest first.
#[component]
pub fn SecurityLogPage() -> impl IntoView {
    with_viewer(|visit, viewer| {
        let before = use_query_map().with_untracked(|query| query.get("before")?.parse::<i64>().ok());
        let lifecycle = visit.state.lifecycle.clone();
        let query = async move { lifecycle.list_events(&viewer, before).await };
        loaded(visit, query, |_, log| {
            let older = log.next_before.map(|before| {
                view! { <p><a href=format!("?before={before}")>"Older events"</a></p> }
            });
            let rows = log.entries.into_iter().map(|entry| view! { <Row entry /> }).collect_view();
            view! {
                <Layout title="Security log" section=Section::SecurityLog>
                    <table class="table">
                        <caption class="unseen">"Events, newest first"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"When"</th>
                                <th scope="col">"What"</th>
                                <th scope="col">"From"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                    {older}
                </Layout>
            }
            .into_any()
        })
    })
}

#[component]
fn Row(entry: SecurityLogEntry) -> impl IntoView {
    let what = words(entry.event);
    let what = if entry.failed { format!("{what}: refused") } else { what.to_owned() };
    let detail = entry.detail.map(|detail| view! { <span class="table-detail">{detail}</span> });
    let from = [entry.ip, entry.user_agent].into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <td data-label="When"><time datetime=date::rfc3339(entry.at)>{date::minute(entry.at)}</time></td>
            <td data-label="What">{what}{detail}</td>
            <td data-label="From">{from}</td>
        </tr>
    }
}

/// The event as its owner reads it.
const fn words(event: Event) -> &'static str {
    match event {
        Event::SignUp => "Account created",
        Event::ProfileUpdated => "Name changed",
        Event::EmailVerified => "Email confirmed",
        Event::SignIn => "Signed in",
        Event::SignOut => "Signed out",
        Event::PasswordResetRequested => "Password reset asked for",
        Event::PasswordReset => "Password reset",
        Event::EmailChangeRequested => "Email change asked for",
        Event::EmailChanged => "Email changed",
        Event::EmailChangeCancelled => "Email change cancelled",
        Event::EmailChangeUndone => "Email change taken back",
        Event::PasswordChanged => "Password changed",
        Event::PasswordSet => "Password set",
        Event::ProviderLinked => "Provider linked",
        Event::ProviderUnlinked => "Provider unlinked",
        Event::SudoConfirmed => "Confirmed it's you",
        Event::DeletionScheduled => "Account closed",
        Event::DeletionCancelled => "Account kept",
        Event::DeletionExecuted => "Account erased",
    }
}
