//! The button of a form that is nothing but a button.

use leptos::prelude::*;

use super::submit::Submit;

/// Sends the ordinary form it stands in. Pressed once it cannot be pressed again: a second
/// press would use the same link twice, and show that answer instead of the first.
#[island]
pub fn SubmitOnce(
    /// What pressing it does.
    label: String,
    /// What it says meanwhile.
    busy: String,
    /// How it looks.
    class: String,
) -> impl IntoView {
    let pressed = RwSignal::new(false);
    // A button that is switched off at once would not send its form.
    let press = move |_| request_animation_frame(move || pressed.set(true));
    view! {
        <span on:click=press>
            <Submit label busy class pending=pressed />
        </span>
    }
}
