//! `/users/settings/security-log`.

use leptos::prelude::*;

use super::{event_table::EventTable, place::Place};
use crate::{
    components::{layout::Layout, question::QuestionDialog, settings_nav::Section, sudo_prompt::SudoPrompt},
    copy::{choices, sudo::purposes},
    domain::{
        failure::{Failure, Reason},
        id::SessionId,
        paths,
        questions::Question,
        security_log::Group,
    },
    pages::query::{loaded, sudo_lasts, with_viewer},
    server::lifecycle::security_log::SecurityLogEntry,
};

/// The events of the account, newest first.
#[component]
pub fn SecurityLogPage() -> impl IntoView {
    with_viewer(|context, viewer| {
        let place = Place::asked_for();
        let (email, own) = (viewer.user.email.to_string(), viewer.session.id.clone());
        let is_confirmed = viewer.is_sudo(context.now, context.state.lifecycle.policy.sudo_ttl);
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.list_events(&viewer, place.before, place.group).await };
        loaded(context, query, move |context, log| {
            let ways = log.sudo_ways;
            let Place { group, before } = place;
            let (lasts, return_to) = (sudo_lasts(&context), paths::security_log(group, before));
            let newest = before.map(|_| (paths::security_log(group, None), "Newest events"));
            let older = log.next_before.map(|before| (paths::security_log(group, Some(before)), "Older events"));
            let links = newest.into_iter().chain(older).map(|(href, label)| view! { <a href=href>{label}</a> });
            let shown: Vec<_> = log.entries.into_iter().filter(|entry| is_shown(entry, &own)).collect();
            let empty = (shown.is_empty() && log.next_before.is_none()).then(|| view! { <p>"No events."</p> });
            view! {
                <Layout title="Security log" section=Section::SecurityLog>
                    <p>
                        "Don't recognize something? Press “This wasn't me”. We'll sign out your other sessions, revoke
                        API tokens, cancel pending changes and ask you for a new password."
                    </p>
                    <Filter chosen=group />
                    <SudoPrompt purpose=purposes::sign_out_everybody() email ways return_to lasts is_confirmed />
                    <QuestionDialog question=Question::Disown fields=place.fields_of(None) of_event=true />
                    <EventTable entries=shown own place />
                    {empty}
                    <div class="link-row">{links.collect_view()}</div>
                </Layout>
            }
            .into_any()
        })
    })
}

/// Whether the page shows the event. One that the reader's own session was refused only because sudo mode was missing
/// opened the sudo dialog, and what the reader did next is the next event.
fn is_shown(entry: &SecurityLogEntry, own: &SessionId) -> bool {
    let opened_dialog = entry.failure.as_ref().and_then(Failure::reason) == Some(Reason::SudoRequired);
    !opened_dialog || entry.session.as_ref() != Some(own)
}

/// Chooses the group of events: a plain form that changes nothing.
#[component]
fn Filter(
    /// The current group.
    chosen: Option<Group>,
) -> impl IntoView {
    let option = |group: Group| view! { <option value=group.word() selected=chosen == Some(group)>{choices::group(group)}</option> };
    view! {
        <form class="filter" method="get" action=paths::SECURITY_LOG>
            <label class="field-label" for="kind">"Show"</label>
            <select class="field-input" id="kind" name="kind">
                <option value="" selected=chosen.is_none()>"All events"</option>
                {Group::ALL.iter().copied().map(option).collect_view()}
            </select>
            <button class="button" type="submit">"Filter"</button>
        </form>
    }
}
