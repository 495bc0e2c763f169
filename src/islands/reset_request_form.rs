//! The form that asks for a reset link.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::password::RequestPasswordReset, domain::error::Field};

/// Email, **Send reset link**.
#[island]
pub fn ResetRequestForm(
    /// How it starts.
    start: Start,
) -> impl IntoView {
    let form = Sending::<RequestPasswordReset>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Email]) />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=start.typed
                about=form.about(Field::Email)
            />
            <Submit label="Send reset link" busy="Sending…" pending=form.pending />
        </ActionForm>
    }
}
