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
                <Card title="You're signed in">
                    <p data-live="hello">"Hello, "<strong>{who}</strong>". Your app's home page goes here."</p>
                    <p><a class="button" href=paths::SETTINGS>"Account settings"</a></p>
                </Card>
            </Layout>
        }
        .into_any()
    })
}
