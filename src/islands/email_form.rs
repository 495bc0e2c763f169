//! The form that asks for an e-mail change.

use leptos::prelude::*;

use super::{
    field::TextField,
    form::{Form, FormProblem, Sending, Start},
    submit::Submit,
    sudo_dialog::SudoDialog,
};
use crate::{api::email::RequestEmailChange, domain::error::Field};

/// New email, **Change email**.
#[island]
pub fn EmailForm(
    /// How it starts.
    start: Start,
    /// The account's address.
    email: String,
    /// How long a confirmation lasts, in words.
    sudo_lasts: String,
) -> impl IntoView {
    let form = Sending::of::<RequestEmailChange>(&start);
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
            purpose="change your email"
            lasts=sudo_lasts
            email
            button="Change email"
            opener=form
        />
    }
}
