//! The form that closes the account.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
    submit::Submit,
    sudo_dialog::SudoDialog,
};
use crate::{api::deletion::ScheduleDeletion, domain::error::Field};

/// Type your email to confirm, **Delete my account**.
#[island]
pub fn DeleteForm(
    /// How it starts.
    start: Start,
    /// The account's address.
    email: String,
    /// How long a confirmation lasts, in words.
    sudo_lasts: String,
) -> impl IntoView {
    let form = Sending::<ScheduleDeletion>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Confirmation]) />
            <TextField
                label="Type your email to confirm"
                name="confirmation"
                kind="email"
                autocomplete="off"
                value=start.typed
                about=form.about(Field::Confirmation)
            />
            <Submit
                label="Delete my account"
                busy="Deleting…"
                pending=form.pending
                class="button button-danger"
            />
        </ActionForm>
        <SudoDialog
            purpose="delete your account"
            lasts=sudo_lasts
            email
            button="Delete my account"
            asked=form.sudo_asked()
            opener=form.node
        />
    }
}
