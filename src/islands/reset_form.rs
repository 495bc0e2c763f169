//! The form behind a reset link.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::password::ResetPassword, domain::error::Field};

/// New password, **Reset password**.
#[island]
pub fn ResetForm(
    /// How it starts.
    start: Start,
    /// The link's token.
    token: String,
    /// What a password must be like.
    password_help: String,
) -> impl IntoView {
    let form = Sending::<ResetPassword>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::NewPassword]) start_again="/users/reset-password" />
            <input type="hidden" name="token" value=token />
            <TextField
                label="New password"
                name="new_password"
                kind="password"
                autocomplete="new-password"
                help=password_help
                about=form.about(Field::NewPassword)
            />
            <Submit label="Reset password" busy="Resetting…" pending=form.pending />
        </ActionForm>
    }
}
