//! `/users/settings/profile`.

use leptos::prelude::*;

use super::query::{start, with_viewer};
use crate::{
    components::{
        card::Card,
        field::TextField,
        field_form::{FieldForm, Start},
        layout::Layout,
        settings_nav::Section,
        submit::Submit,
    },
    domain::error::Field,
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

/// Name, **Save name**.
#[component]
fn ProfileForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let Start { typed, refusal, .. } = start;
    view! {
        <FieldForm action="update_profile" refusal fields=&[Field::Name]>
            <TextField
                label="Name"
                name="name"
                autocomplete="name"
                help="What should we call you? Optional."
                value=typed
                refusal
                field=Field::Name
            />
            <Submit label="Save name" busy="Saving…" />
        </FieldForm>
    }
}
