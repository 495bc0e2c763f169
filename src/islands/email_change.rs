//! The form that requests an email change.

use leptos::prelude::*;

use super::{
    field::TextField,
    form::{Form, FormProblem, FormState, Start},
    submit::Submit,
    sudo::dialog::SudoDialog,
};
use crate::{api::email_change::RequestEmailChange, copy::sudo::purposes, domain::error::Field};

/// New email, **Change email**.
#[island]
pub fn EmailForm(
    /// The form's initial state.
    start: Start,
    /// The account's address.
    email: String,
    /// How long sudo mode lasts, in words.
    sudo_lasts: String,
    /// Whether the account has a password.
    has_password: bool,
    /// The other ways to confirm, as forms.
    children: Children,
) -> impl IntoView {
    let form = FormState::of::<RequestEmailChange>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Email] />
            <TextField
                label="New email"
                name="new_email"
                kind="email"
                autocomplete="email"
                value=start.typed
                form
                field=Field::Email
            />
            <Submit label="Change email" busy="Changing…" pending=form.pending />
        </Form>
        <SudoDialog
            purpose=purposes::change_email()
            lasts=sudo_lasts
            email
            has_password
            button="Change email"
            opener=form
        >
            {children()}
        </SudoDialog>
    }
}
