//! `/users/settings/delete`.

use leptos::prelude::*;

use super::query::{loaded, start, sudo_lasts, with_viewer};
use crate::{
    components::{
        card::{Card, Tone},
        layout::Layout,
        settings_nav::Section,
        sudo_ways::SudoWays,
    },
    islands::delete_form::DeleteForm,
    server::{context::Form, mail::date},
};

/// What deleting does and when, and the form that does it.
#[component]
pub fn Delete() -> impl IntoView {
    with_viewer(|visit, viewer| {
        let found = visit.state.lifecycle.delete_page(&viewer);
        let lifecycle = visit.state.lifecycle.clone();
        let query = async move { lifecycle.sudo_ways(&viewer).await };
        loaded(visit, query, move |visit, ways| {
            let start = start(&visit, Form::ScheduleDeletion, "");
            let sudo_lasts = sudo_lasts(&visit);
            view! {
                <Layout title="Delete account" section=Section::Delete>
                    <Card title="What will happen" tone=Tone::Danger>
                        <p>
                            "Your account closes now and is erased on "
                            <strong>{date::day(found.delete_at)}</strong>
                            ". Sign in before then to keep it. You will be signed out on every device."
                        </p>
                        <p data-live="email">"Your email is "<span class="address">{found.email.to_string()}</span>"."</p>
                        <DeleteForm start email=found.email.to_string() sudo_lasts has_password=ways.password>
                            <SudoWays ways return_to="/users/settings/delete" />
                        </DeleteForm>
                    </Card>
                </Layout>
            }
            .into_any()
        })
    })
}
