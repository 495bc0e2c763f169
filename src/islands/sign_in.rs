//! The form that signs in.

use leptos::prelude::*;

use super::{
    field::TextField,
    form::{Form, FormProblem, FormState, Start},
    submit::Submit,
};
use crate::{api::sign_in::SignIn, domain::error::Field};

/// Email, password, **Sign in**.
#[island]
pub fn LogInForm(
    /// The form's initial state.
    start: Start,
    /// Where the user wanted to go.
    return_to: String,
) -> impl IntoView {
    let form = FormState::of::<SignIn>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Email, Field::Password] />
            <input type="hidden" name="return_to" value=return_to />
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
                autocomplete="current-password"
                form
                field=Field::Password
            />
            <Submit label="Sign in" busy="Signing in…" pending=form.pending />
        </Form>
    }
}
