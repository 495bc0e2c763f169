//! The button that sends a form.

use leptos::prelude::*;

/// A submit button. While the form is pending the button says so and is disabled. Both labels always take up space,
/// so that its width does not change.
#[component]
pub fn Submit(
    /// The label.
    #[prop(into)]
    label: String,
    /// The label while the form is pending.
    #[prop(into)]
    busy: String,
    /// Whether the form is pending.
    pending: RwSignal<bool>,
    /// The CSS classes.
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
