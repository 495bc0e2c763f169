//! The form that makes an account.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::registration::SignUp, domain::error::Field};

/// Email, password, **Create account**.
#[island]
pub fn RegisterForm(
    /// How it starts.
    start: Start,
    /// What a password must be like.
    password_help: String,
) -> impl IntoView {
    let form = Sending::<SignUp>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Email, Field::NewPassword]) />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=start.typed
                about=form.about(Field::Email)
            />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="new-password"
                help=password_help
                about=form.about(Field::NewPassword)
            />
            <Submit label="Create account" busy="Creating…" pending=form.pending />
        </ActionForm>
    }
}
