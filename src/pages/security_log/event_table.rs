//! The table of events, with **This wasn't me** for each.

use leptos::prelude::*;

use super::{
    place::Place,
    words::{what, words},
};
use crate::{
    domain::{event_detail::Detail, id::SessionId, paths, security_log::Actor},
    server::{lifecycle::security_log::SecurityLogEntry, mail::date, user_agent},
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
        <table class="table" data-live="events" role="table" aria-label="Events, newest first">
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
fn Row(entry: SecurityLogEntry, own: SessionId, place: Place) -> impl IntoView {
    let (what, by) = (what(entry.event, entry.failure.as_ref()), by(&entry, &own));
    let disown = view! { <Disown id=entry.id named=format!("{what}, {}", date::minute(entry.at)) place /> };
    let detail = entry.detail.as_ref().map(said);
    let detail = detail.map(|detail| view! { <span class="table-detail">{detail}</span> });
    let browser = entry.user_agent.as_deref().map(user_agent::named);
    let from = [browser, entry.ip].into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <tr role="row">
            <td role="cell" data-label="When">
                <time datetime=date::rfc3339(entry.at)>{date::minute(entry.at)}</time>
            </td>
            <td role="cell" data-label="What"><span>{what}</span>{detail}</td>
            <td role="cell" data-label="By">
                <span>{by}</span>
                <span class="table-detail" title=entry.user_agent>{from}</span>
                {disown}
            </td>
        </tr>
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
    let kind = place.group.map(|group| view! { <input type="hidden" name="kind" value=group.word() /> });
    let before = place.before.map(|before| view! { <input type="hidden" name="before" value=before.to_string() /> });
    view! {
        <form class="act" method="post" action=paths::action("disown_event") data-guarded>
            <input type="hidden" name="event" value=id.to_string() />
            {kind}
            {before}
            <button class="button button-small" type="submit" aria-label=format!("This wasn't me: {named}")>
                "This wasn't me"
            </button>
        </form>
    }
}

/// The detail in words. The detail of a disowned event needs translating, because its text is for programs.
fn said(detail: &Detail) -> String {
    let Detail::Disowned { event, is_refused, at } = detail else { return detail.to_string() };
    let (done, attempt) = words(*event);
    let what = if *is_refused { format!("{attempt} refused") } else { done.to_owned() };
    format!("{what}, {}", date::minute(*at))
}

/// Who acted, as far as Signet can tell: an attacker may have the user's password or link.
fn by(entry: &SecurityLogEntry, own: &SessionId) -> &'static str {
    match (entry.actor, &entry.session) {
        (Actor::Person, Some(session)) if session == own => "This browser",
        (Actor::Person, Some(_)) => "Another session of yours",
        (Actor::Person, None) => "A session of this account",
        (Actor::Link, _) => "A link in a letter",
        (Actor::Anyone, _) => "Somebody not signed in",
        (Actor::Worker, _) => "Signet",
        (Actor::ApiToken, _) => "An API token of this account",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{security_log::Event, time::Timestamp};

    fn entry(actor: Actor, session: Option<SessionId>) -> SecurityLogEntry {
        SecurityLogEntry {
            id: 1,
            at: Timestamp(0),
            event: Event::SignIn,
            failure: None,
            actor,
            session,
            ip: None,
            user_agent: None,
            detail: None,
        }
    }

    #[test]
    fn who_acted_is_told_apart() {
        let [own, other] = [1, 2].map(|number| SessionId::from_random([number; 16]));
        let by = |actor, session: Option<&SessionId>| by(&entry(actor, session.cloned()), &own);
        assert_eq!(by(Actor::Person, Some(&own)), "This browser");
        assert_eq!(by(Actor::Person, Some(&other)), "Another session of yours");
        assert_eq!(by(Actor::Person, None), "A session of this account");
        assert_eq!(by(Actor::Anyone, Some(&own)), "Somebody not signed in");
    }

    #[test]
    fn what_was_disowned_is_said_in_words() {
        let said = |event, text: &str| super::said(&Detail::from_row(Some(event), text.to_owned()));
        let disowned = |text| said(Event::EventDisowned, text);
        assert_eq!(disowned("session.sign_in 2027-01-15T08:00:00Z"), "Signed in, 15 January 2027, 08:00 UTC");
        let refused = "session.sign_in.failure 2027-01-15T08:00:00Z";
        assert_eq!(disowned(refused), "Sign-in refused, 15 January 2027, 08:00 UTC");
        assert_eq!(disowned("something of another version"), "something of another version");
        assert_eq!(said(Event::SessionRevoked, "Firefox on Linux"), "Firefox on Linux");
    }
}
