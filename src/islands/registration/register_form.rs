//! The form that creates an account.

use leptos::prelude::*;

use crate::{
    api::registration::SignUp,
    domain::error::Field,
    islands::{
        field::TextField,
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// Email, password, **Create account**.
#[island]
pub fn RegisterForm(
    /// The form's initial state.
    start: Start,
    /// The rules for a password, in words.
    password_help: String,
) -> impl IntoView {
    let form = FormState::of::<SignUp>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Email, Field::NewPassword] />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=start.typed
                form
                field=Field::Email
            />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="new-password"
                help=password_help
                form
                field=Field::NewPassword
            />
            <Submit label="Create account" busy="Creating…" pending=form.pending />
        </Form>
    }
}
