//! The part of the log that the user is looking at.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{components::question::Hidden, domain::security_log::Group, pages::query::set_status};

/// A part of the log.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Place {
    /// The group of events; `None` for all events, also if the address names no known group.
    pub(in crate::pages) group: Option<Group>,
    /// The event before which the part begins; `None` for the newest events.
    pub(in crate::pages) before: Option<i64>,
}

impl Place {
    /// The part that the address names. If its number is invalid, shows the newest events with status 400.
    pub(in crate::pages) fn asked_for() -> Self {
        let (kind, before) = use_query_map().with_untracked(|query| (query.get("kind"), query.get("before")));
        let number = before.as_deref().map(|before| before.parse().ok().filter(|before: &i64| *before > 0));
        if number == Some(None) {
            set_status(400);
        }
        Self { group: kind.as_deref().and_then(Group::from_word), before: number.flatten() }
    }

    /// The fields of a form that disowns `event`, and that comes back to this part.
    pub(in crate::pages) fn fields_of(self, event: Option<i64>) -> Hidden {
        let event = event.map(|event| ("event", event.to_string()));
        let group = self.group.map(|group| ("kind", group.word().to_owned()));
        let before = self.before.map(|before| ("before", before.to_string()));
        event.into_iter().chain(group).chain(before).collect()
    }
}
