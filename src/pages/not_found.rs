//! The page at every address that no route has.

use leptos::prelude::*;

use super::query::set_status;
use crate::{components::layout::Layout, domain::paths};

/// Answers 404.
#[component]
pub fn NotFound() -> impl IntoView {
    set_status(404);
    view! {
        <Layout title="Page not found">
            <p>"There is nothing at this address."</p>
            <p><a href=paths::HOME>"Go to the start page"</a></p>
        </Layout>
    }
}
