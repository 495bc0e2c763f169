//! A badge: a state in one or two words.

use leptos::prelude::*;

/// The colour of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is as it should be.
    Done,
    /// Something is pending.
    Pending,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "badge badge-done",
            Self::Pending => "badge badge-pending",
        }
    }
}

/// The badge.
#[component]
pub fn Badge(
    /// Its colour.
    tone: Tone,
    /// Its words.
    words: &'static str,
) -> impl IntoView {
    view! { <span class=tone.class()>{words}</span> }
}
