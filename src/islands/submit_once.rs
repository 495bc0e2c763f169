//! The button of a plain form without fields.

use leptos::prelude::*;

use super::submit::Submit;

/// Submits the plain form that contains it, and disables itself. A second press would use the same link twice, and
/// show that response instead of the first.
#[island]
pub fn SubmitOnce(
    /// The label.
    label: String,
    /// The label after the press.
    busy: String,
    /// The CSS classes.
    class: String,
) -> impl IntoView {
    let pressed = RwSignal::new(false);
    // Disabling the button at once would stop the browser from submitting its form.
    let press = move |_| request_animation_frame(move || pressed.set(true));
    view! {
        <span on:click=press>
            <Submit label busy class pending=pressed />
        </span>
    }
}
