//! The form behind the link that confirms a new account's address.

use leptos::prelude::*;

use crate::{
    api::registration::VerifyEmail,
    domain::error::Field,
    islands::{
        field::{AccountHint, TextField},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// **Confirm address**, and the password in a browser that did not sign up.
#[island]
pub fn ConfirmForm(
    /// The form's initial state.
    start: Start,
    /// The link's token.
    token: String,
    /// The account's address.
    email: String,
    /// Whether the form asks for the password.
    needs_password: bool,
) -> impl IntoView {
    let form = FormState::of::<VerifyEmail>(&start);
    let fields: &'static [Field] = if needs_password { &[Field::Password] } else { &[] };
    let password = needs_password.then(|| {
        view! {
            <AccountHint email />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                form
                field=Field::Password
            />
        }
    });
    view! {
        <Form form of_link=true>
            <FormProblem form fields />
            <input type="hidden" name="token" value=token />
            {password}
            <Submit label="Confirm address" busy="Confirming…" pending=form.pending />
        </Form>
    }
}
