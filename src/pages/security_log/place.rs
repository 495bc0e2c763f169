//! Where in the log somebody is.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{domain::security_log::Group, pages::query::set_status};

/// Which part of the log is shown.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Of which events; of all where none is named, or none that there is.
    pub(super) group: Option<Group>,
    /// From before which event on.
    pub(super) before: Option<i64>,
}

impl Place {
    /// What the address asks for. A number that is none has the newest events shown, as a
    /// request that was not understood.
    pub(super) fn asked_for() -> Self {
        let (kind, before) = use_query_map().with_untracked(|query| (query.get("kind"), query.get("before")));
        let number = before.as_deref().map(|before| before.parse().ok().filter(|before: &i64| *before > 0));
        if number == Some(None) {
            set_status(400);
        }
        Self { group: kind.as_deref().and_then(Group::from_word), before: number.flatten() }
    }
}
