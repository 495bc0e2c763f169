//! The button that sends a form.

use leptos::prelude::*;

/// A submit button. While the answer is awaited it says so and cannot be pressed; both
/// words have their place all the time, so its width stays.
#[component]
pub fn Submit(
    /// What pressing it does.
    #[prop(into)]
    label: String,
    /// What it says meanwhile.
    #[prop(into)]
    busy: String,
    /// Whether the answer is awaited.
    pending: RwSignal<bool>,
    /// How it looks.
    #[prop(into, default = "button button-primary".to_owned())]
    class: String,
) -> impl IntoView {
    view! {
        <button type="submit" class=class disabled=pending aria-busy=move || pending.get().then_some("true")>
            <span class="button-words" class:is-unseen=pending aria-hidden=move || pending.get().then_some("true")>
                {label}
            </span>
            <span
                class="button-words"
                class:is-unseen=move || !pending.get()
                aria-hidden=move || (!pending.get()).then_some("true")
            >
                {busy}
            </span>
        </button>
    }
}
