//! The table of events, with **This wasn't me** for each.

use leptos::prelude::*;

use super::place::Place;
use crate::{
    components::{
        icon::{Icon, IconMark},
        question::Opener,
        time::Time,
    },
    copy::events,
    domain::{id::SessionId, paths, security_log::Group},
    server::lifecycle::security_log::SecurityLogEntry,
};

/// The table of events. The ARIA roles are explicit, because the narrow layout makes the rows blocks, and browsers
/// then no longer expose the table as one.
#[component]
pub fn EventTable(
    /// The events.
    entries: Vec<SecurityLogEntry>,
    /// The session of the viewer.
    own: SessionId,
    /// The part of the log to come back to.
    place: Place,
) -> impl IntoView {
    let rows = entries.into_iter().map(move |entry| view! { <Row entry own=own.clone() place /> }).collect_view();
    view! {
        <table class="table table-events" data-live="events" role="table" aria-label="Events, newest first">
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">"When"</th>
                    <th role="columnheader" scope="col">"What"</th>
                    <th role="columnheader" scope="col">"Where"</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(entry: SecurityLogEntry, own: SessionId, place: Place) -> impl IntoView {
    let what = events::what(entry.event, entry.failure.as_ref());
    let icon = if entry.failure.is_some() { Icon::Warning } else { icon_of(entry.event.group()) };
    let by = events::by(entry.actor, entry.session.as_ref(), &own);
    let disown = view! { <Disown id=entry.id named=events::what_and_when(&what, entry.at) place /> };
    let detail = entry.detail.as_ref().map(events::detail);
    let detail = detail.map(|detail| view! { <span class="table-detail">{detail}</span> });
    let from = [entry.browser, entry.ip].into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <tr role="row">
            <td role="cell" data-label="When">
                <Time at=entry.at />
            </td>
            <td role="cell" data-label="What">
                <div class="event-what"><IconMark icon /><span>{what}</span></div>
                {detail}
            </td>
            <td role="cell" data-label="Where">
                <span>{by}</span>
                <span class="table-detail" title=entry.user_agent>{from}</span>
                {disown}
            </td>
        </tr>
    }
}

/// The icon of a group of events.
const fn icon_of(group: Group) -> Icon {
    match group {
        Group::Sessions => Icon::Door,
        Group::Email => Icon::Envelope,
        Group::Password | Group::ApiTokens => Icon::Key,
        Group::Providers => Icon::Chain,
        Group::Export => Icon::File,
        Group::Account => Icon::Person,
    }
}

/// **This wasn't me**.
#[component]
fn Disown(
    /// The event's id.
    id: i64,
    /// The event, in words.
    named: String,
    /// The part of the log to come back to.
    place: Place,
) -> impl IntoView {
    let (fields, name) = (place.fields_of(Some(id)), format!("This wasn't me: {named}"));
    view! { <Opener page=paths::DISOWN fields about=named label="This wasn't me" name class="button-quiet" /> }
}
