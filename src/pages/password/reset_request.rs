//! `/users/reset-password`.

use leptos::prelude::*;

use crate::{
    components::{
        field::TextField,
        field_form::{FieldForm, Start},
        layout::Layout,
        submit::Submit,
    },
    domain::error::Field,
    pages::query::{on_visit, start},
    server::context::Form,
};

/// The page that requests a reset link.
#[component]
pub fn ResetRequest() -> impl IntoView {
    on_visit(|context| {
        let own = context.viewer.as_ref().map_or_else(String::new, |viewer| viewer.user.email.to_string());
        let start = start(&context, Form::RequestPasswordReset, &own);
        view! {
            <Layout title="Reset your password">
                <p>"Enter your email and we'll send you a link to choose a new password."</p>
                <ResetRequestForm start />
            </Layout>
        }
        .into_any()
    })
}

/// Email, **Send reset link**.
#[component]
fn ResetRequestForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let Start { typed, refusal, .. } = start;
    view! {
        <FieldForm action="request_password_reset" refusal fields=&[Field::Email]>
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=typed
                refusal
                field=Field::Email
            />
            <Submit label="Send reset link" busy="Sending…" />
        </FieldForm>
    }
}
