//! The content of the page for a link that no longer works.

use leptos::prelude::*;

use crate::copy::error_pages;

/// One text for every reason, and a link to start again.
#[component]
pub fn DeadLink(
    /// Where to start again.
    start_again: &'static str,
) -> impl IntoView {
    view! {
        <p>{error_pages::dead_link()}</p>
        <p><a class="button" href=start_again>{error_pages::start_again()}</a></p>
    }
}
