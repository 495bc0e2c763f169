//! The form that creates an account.

use leptos::prelude::*;

use crate::{
    api::registration::SignUp,
    domain::error::Field,
    islands::{
        field::{NewPasswordField, PasswordHelp, TextField},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// Email, password, **Create account**.
#[island]
pub fn RegisterForm(
    /// The form's initial state.
    start: Start,
    /// The rules for a password.
    password_help: PasswordHelp,
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
            <NewPasswordField label="Password" name="password" help=password_help form />
            <Submit label="Create account" busy="Creating…" pending=form.pending />
        </Form>
    }
}
