//! The page at every address that no route has.

use leptos::prelude::*;

use super::query::set_status;
use crate::{components::layout::Layout, copy::error_pages, domain::paths};

/// Answers 404.
#[component]
pub fn NotFound() -> impl IntoView {
    set_status(404);
    view! {
        <Layout title=error_pages::not_found_title()>
            <p>{error_pages::not_found()}</p>
            <p><a href=paths::HOME>{error_pages::to_start_page()}</a></p>
        </Layout>
    }
}
