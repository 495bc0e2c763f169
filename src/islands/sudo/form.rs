//! The form of the sudo page.

use leptos::prelude::*;

use crate::{
    api::sudo::ConfirmSudo,
    domain::error::Field,
    islands::{
        field::{AccountHint, TextField},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// The field Password and the button **Confirm**.
#[island]
pub fn SudoForm(
    /// The form's initial state.
    start: Start,
    /// The account's address.
    email: String,
    /// Where the user goes afterwards.
    return_to: String,
) -> impl IntoView {
    let form = FormState::of::<ConfirmSudo>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Password] />
            <input type="hidden" name="return_to" value=return_to />
            <AccountHint email />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                form
                field=Field::Password
            />
            <Submit label="Confirm" busy="Confirming…" pending=form.pending />
        </Form>
    }
}
