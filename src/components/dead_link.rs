//! The content of the page for a link that no longer works.

use leptos::prelude::*;

use crate::{copy::error_pages, domain::paths};

/// One text for every reason, and a link to start again. If the link has done its work, the page says that too.
#[component]
pub fn DeadLink(
    /// Where to start again.
    start_again: &'static str,
    /// What the link has done to the reader's own account, in words.
    done: Option<String>,
) -> impl IntoView {
    let to_settings =
        done.is_some().then(|| view! { <a class="button" href=paths::SETTINGS>{error_pages::to_settings()}</a> });
    view! {
        <p>{error_pages::dead_link()}</p>
        {done.map(|done| view! { <p>{done}</p> })}
        <p class="button-row">
            {to_settings}
            <a class="button" href=start_again>{error_pages::start_again()}</a>
        </p>
    }
}
