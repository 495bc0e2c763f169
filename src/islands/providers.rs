//! The form for a person whose provider names no address that counts.

use leptos::prelude::*;

use crate::{
    api::providers::SignUpWithProvider,
    domain::error::Field,
    islands::{
        field::TextField,
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// Email, **Send link**.
#[island]
pub fn AddressForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let form = FormState::of::<SignUpWithProvider>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Email] />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="email"
                value=start.typed
                form
                field=Field::Email
            />
            <Submit label="Send link" busy="Sending…" pending=form.pending />
        </Form>
    }
}
