//! The form of the sudo page.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::{AccountHint, TextField},
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::session::ConfirmSudo, domain::error::Field};

/// Password, **Confirm**.
#[island]
pub fn SudoForm(
    /// How it starts.
    start: Start,
    /// The account's address.
    email: String,
    /// Where to go on.
    return_to: String,
) -> impl IntoView {
    let form = Sending::<ConfirmSudo>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Password]) />
            <input type="hidden" name="return_to" value=return_to />
            <AccountHint email />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                about=form.about(Field::Password)
            />
            <Submit label="Confirm" busy="Confirming…" pending=form.pending />
        </ActionForm>
    }
}
