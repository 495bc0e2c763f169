//! The content of the page for a link that no longer works.

use leptos::prelude::*;

/// One text for every reason, and a link to start again.
#[component]
pub fn DeadLink(
    /// Where to start again.
    start_again: &'static str,
) -> impl IntoView {
    view! {
        <p>"It may have been used, replaced or run out."</p>
        <p><a class="button" href=start_again>"Start again"</a></p>
    }
}
