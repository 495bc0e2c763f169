//! A card: title, state, action.

use leptos::prelude::*;

/// How a card is edged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Like the others.
    #[default]
    Plain,
    /// Something waits.
    Pending,
    /// Something is destroyed behind it.
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

/// A card under a heading of its own.
#[component]
pub fn Card(
    /// The heading.
    #[prop(into)]
    title: String,
    /// How it is edged.
    #[prop(optional)]
    tone: Tone,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class=tone.class()>
            <h2 class="card-title">{title}</h2>
            {children()}
        </section>
    }
}
