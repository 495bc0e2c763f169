//! The form behind a reset link.

use leptos::prelude::*;

use crate::{
    api::password::ResetPassword,
    domain::error::Field,
    islands::{
        field::{AccountHint, NewPasswordField, PasswordHelp},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// New password, the boxes, **Reset password**.
#[island]
pub fn ResetForm(
    /// The form's initial state.
    start: Start,
    /// The account's address.
    email: String,
    /// The link's token.
    token: String,
    /// The rules for a password.
    password_help: PasswordHelp,
    /// The boxes for what to unlink.
    children: Children,
) -> impl IntoView {
    let form = FormState::of::<ResetPassword>(&start);
    view! {
        <Form form of_link=true>
            <FormProblem form fields=&[Field::NewPassword] />
            <input type="hidden" name="token" value=token />
            <AccountHint email />
            <NewPasswordField label="New password" name="new_password" help=password_help form />
            {children()}
            <Submit label="Reset password" busy="Resetting…" pending=form.pending />
        </Form>
    }
}
