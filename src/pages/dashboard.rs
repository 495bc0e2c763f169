//! `/dashboard`: stands in for the page that an application shows after sign-in.

use leptos::prelude::*;

use super::query::with_viewer;
use crate::{
    components::{card::Card, layout::Layout},
    domain::paths,
};

/// The dashboard.
#[component]
pub fn Dashboard() -> impl IntoView {
    with_viewer(|_, viewer| {
        let who = viewer.user.shown_name();
        view! {
            <Layout title="Dashboard">
                <Card title="You are signed in">
                    <p data-live="hello">"Hello, "<strong>{who}</strong>". An application puts its own start page here."</p>
                    <p><a class="button" href=paths::SETTINGS>"Account settings"</a></p>
                </Card>
            </Layout>
        }
        .into_any()
    })
}
