//! The form that changes the password.

use leptos::prelude::*;

use crate::{
    api::password::ChangePassword,
    domain::error::Field,
    islands::{
        field::{AccountHint, NewPasswordField, PasswordHelp, TextField},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// Current password, new password, the box, **Change password**.
#[island]
pub fn PasswordForm(
    /// The form's initial state.
    start: Start,
    /// The account's address.
    email: String,
    /// The rules for a password.
    password_help: PasswordHelp,
    /// The box for revoking the API tokens.
    children: Children,
) -> impl IntoView {
    let form = FormState::of::<ChangePassword>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Password, Field::NewPassword] />
            <AccountHint email />
            <TextField
                label="Current password"
                name="current_password"
                kind="password"
                autocomplete="current-password"
                form
                field=Field::Password
            />
            <NewPasswordField label="New password" name="new_password" help=password_help form />
            {children()}
            <Submit label="Change password" busy="Changing…" pending=form.pending />
        </Form>
    }
}
