//! The button that sends a form.

use leptos::prelude::*;

/// A submit button. While the form waits for an answer, or for the next page, `islands::forms` disables the button and
/// shows the second label. Both labels always take up space, so that its width does not change.
#[component]
pub fn Submit(
    /// The label.
    #[prop(into)]
    label: String,
    /// The label while the form waits.
    #[prop(into)]
    busy: String,
    /// The CSS classes.
    #[prop(into, default = "button button-primary".to_owned())]
    class: String,
) -> impl IntoView {
    view! {
        <button type="submit" class=class>
            <span class="button-words">{label}</span>
            <span class="button-words is-unseen" aria-hidden="true">{busy}</span>
        </button>
    }
}
