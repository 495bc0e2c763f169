//! The content of the page for a link that no longer works.

use leptos::prelude::*;

use crate::{copy::error_pages, domain::paths};

/// One text for every reason, and a link to start again. If the link has done its work, the page says that too.
#[component]
pub fn DeadLink(
    /// Where to start again.
    start_again: &'static str,
    /// What the link has done to the reader's own account, or what it may have done to their session, in words.
    about_reader: Option<String>,
    /// Whether the reader is signed in.
    is_signed_in: bool,
) -> impl IntoView {
    let to_settings = (about_reader.is_some() && is_signed_in)
        .then(|| view! { <a class="button" href=paths::SETTINGS>{error_pages::to_settings()}</a> });
    view! {
        <p>{error_pages::dead_link()}</p>
        {about_reader.map(|words| view! { <p>{words}</p> })}
        <p class="button-row">
            {to_settings}
            <a class="button" href=start_again>{error_pages::start_again()}</a>
        </p>
    }
}
