//! A card: title, state, action.

use leptos::prelude::*;

/// The style of a card's edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// No emphasis.
    #[default]
    Plain,
    /// Something is pending.
    Pending,
    /// The card leads to something destructive.
    Danger,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "card",
            Self::Pending => "card card-pending",
            Self::Danger => "card card-danger",
        }
    }
}

/// A card with a heading.
#[component]
pub fn Card(
    /// The heading.
    #[prop(into)]
    title: String,
    /// The style of its edge.
    #[prop(optional)]
    tone: Tone,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class=tone.class()>
            <h2 class="card-title">{title}</h2>
            {children()}
        </section>
    }
}
