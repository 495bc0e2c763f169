//! The content of the page for a link that no longer works.

use leptos::prelude::*;

use crate::copy::error_pages;

/// One text for every reason, and a way on. If the link has done its work, the page says that too.
#[component]
pub fn DeadLink(
    /// The way on: its label, and where it leads.
    way_on: (&'static str, &'static str),
    /// What the link has done to the reader's own account, or what it may have done to their session, in words.
    about_reader: Option<String>,
) -> impl IntoView {
    let (label, href) = way_on;
    view! {
        <p>{error_pages::dead_link()}</p>
        {about_reader.map(|words| view! { <p>{words}</p> })}
        <p><a class="button" href=href>{label}</a></p>
    }
}
