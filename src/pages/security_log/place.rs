//! The part of the log that the user is looking at.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{domain::security_log::Group, pages::query::set_status};

/// A part of the log.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The group of events; `None` for all events, also if the address names no known group.
    pub(super) group: Option<Group>,
    /// The event before which the part begins; `None` for the newest events.
    pub(super) before: Option<i64>,
}

impl Place {
    /// The part that the address names. If its number is invalid, shows the newest events with status 400.
    pub(super) fn asked_for() -> Self {
        let (kind, before) = use_query_map().with_untracked(|query| (query.get("kind"), query.get("before")));
        let number = before.as_deref().map(|before| before.parse().ok().filter(|before: &i64| *before > 0));
        if number == Some(None) {
            set_status(400);
        }
        Self { group: kind.as_deref().and_then(Group::from_word), before: number.flatten() }
    }
}
