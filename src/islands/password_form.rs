//! The form that changes the password.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::{AccountHint, TextField},
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::password::ChangePassword, domain::error::Field};

/// Current password, new password, **Change password**.
#[island]
pub fn PasswordForm(
    /// How it starts.
    start: Start,
    /// The account's address.
    email: String,
    /// What a password must be like.
    password_help: String,
) -> impl IntoView {
    let form = Sending::<ChangePassword>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Password, Field::NewPassword]) />
            <AccountHint email />
            <TextField
                label="Current password"
                name="current_password"
                kind="password"
                autocomplete="current-password"
                about=form.about(Field::Password)
            />
            <TextField
                label="New password"
                name="new_password"
                kind="password"
                autocomplete="new-password"
                help=password_help
                about=form.about(Field::NewPassword)
            />
            <Submit label="Change password" busy="Changing…" pending=form.pending />
        </ActionForm>
    }
}
