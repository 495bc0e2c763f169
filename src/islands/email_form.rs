//! The form that asks for an e-mail change.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
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
    let form = Sending::<RequestEmailChange>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Email]) />
            <TextField
                label="New email"
                name="new_email"
                kind="email"
                autocomplete="email"
                value=start.typed
                about=form.about(Field::Email)
            />
            <Submit label="Change email" busy="Changing…" pending=form.pending />
        </ActionForm>
        <SudoDialog
            purpose="change your email"
            lasts=sudo_lasts
            email
            button="Change email"
            asked=form.sudo_asked()
            opener=form.node
        />
    }
}
