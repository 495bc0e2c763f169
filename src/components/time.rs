//! A time.

use leptos::prelude::*;

use crate::{
    copy::units,
    domain::time::{Timestamp, rfc3339},
};

/// How the browser shows a time. Without JavaScript each is exact, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Words {
    /// "5 minutes ago", "today, 14:05".
    #[default]
    Relative,
    /// The date and the minute in the reader's zone.
    Exact,
}

/// The time, exact and in UTC until `islands::times` shows it in the reader's zone.
#[component]
pub fn Time(
    /// The time.
    at: Timestamp,
    /// How the browser shows it.
    #[prop(optional)]
    words: Words,
) -> impl IntoView {
    let shown = match words {
        Words::Relative => "relative",
        Words::Exact => "exact",
    };
    view! { <time datetime=rfc3339(at) data-time=shown>{units::minute(at)}</time> }
}
