//! The form that signs in.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::session::SignIn, domain::error::Field};

/// Email, password, **Sign in**.
#[island]
pub fn LogInForm(
    /// How it starts.
    start: Start,
    /// Where the person wanted to go.
    return_to: String,
) -> impl IntoView {
    let form = Sending::<SignIn>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Email]) />
            <input type="hidden" name="return_to" value=return_to />
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
                autocomplete="current-password"
                about=Signal::stored(None)
            />
            <Submit label="Sign in" busy="Signing in…" pending=form.pending />
        </ActionForm>
    }
}
