//! The form that requests a reset link.

use leptos::prelude::*;

use crate::{
    api::password::RequestPasswordReset,
    domain::error::Field,
    islands::{
        field::TextField,
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// Email, **Send reset link**.
#[island]
pub fn ResetRequestForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let form = FormState::of::<RequestPasswordReset>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Email] />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=start.typed
                form
                field=Field::Email
            />
            <Submit label="Send reset link" busy="Sending…" pending=form.pending />
        </Form>
    }
}
