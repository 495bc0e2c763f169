//! The form that closes the account.

use leptos::prelude::*;

use super::{
    field::TextField,
    form::{Form, FormProblem, FormState, Start},
    submit::Submit,
    sudo::dialog::SudoDialog,
};
use crate::{api::deletion::ScheduleDeletion, copy::sudo::purposes, domain::error::Field};

/// Type your email to confirm, **Delete my account**.
#[island]
pub fn DeleteForm(
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
    let form = FormState::of::<ScheduleDeletion>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Confirmation] />
            <TextField
                label="Type your email to confirm"
                name="confirmation"
                kind="email"
                autocomplete="off"
                value=start.typed
                form
                field=Field::Confirmation
            />
            <Submit
                label="Delete my account"
                busy="Deleting…"
                pending=form.pending
                class="button button-danger"
            />
        </Form>
        <SudoDialog
            purpose=purposes::delete_account()
            lasts=sudo_lasts
            email
            has_password
            button="Delete my account"
            opener=form
        >
            {children()}
        </SudoDialog>
    }
}
