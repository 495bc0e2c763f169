//! `/users/settings/profile`.

use leptos::prelude::*;

use super::query::{start, with_viewer};
use crate::{
    components::{card::Card, layout::Layout, settings_nav::Section},
    islands::profile::ProfileForm,
    server::context::Form,
};

/// The display name.
#[component]
pub fn Profile() -> impl IntoView {
    with_viewer(|context, viewer| {
        let name = viewer.user.name.as_ref().map_or("", |name| name.as_str());
        let start = start(&context, Form::UpdateProfile, name);
        view! {
            <Layout title="Profile" section=Section::Profile>
                <Card title="Your name">
                    <ProfileForm start />
                </Card>
            </Layout>
        }
        .into_any()
    })
}
