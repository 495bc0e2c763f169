//! The form behind the link that confirms a new account's address.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::registration::VerifyEmail, domain::error::Field};

/// **Confirm address**, and the password in a browser that did not sign up.
#[island]
pub fn ConfirmForm(
    /// How it starts.
    start: Start,
    /// The link's token.
    token: String,
    /// Whether the password is asked for.
    needs_password: bool,
) -> impl IntoView {
    let form = Sending::<VerifyEmail>::new(&start);
    let fields: &'static [Field] = if needs_password { &[Field::Password] } else { &[] };
    let password = needs_password.then(|| {
        view! {
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                about=form.about(Field::Password)
            />
        }
    });
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(fields) />
            <input type="hidden" name="token" value=token />
            {password}
            <Submit label="Confirm address" busy="Confirming…" pending=form.pending />
        </ActionForm>
    }
}
