//! The form that gives an account its first password.

use leptos::prelude::*;

use crate::{
    api::password::SetPassword,
    copy::sudo::purposes,
    domain::error::Field,
    islands::{
        field::{AccountHint, TextField},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
        sudo::dialog::SudoDialog,
    },
};

/// New password, **Set password**.
#[island]
pub fn SetPasswordForm(
    /// The form's initial state.
    start: Start,
    /// The account's address.
    email: String,
    /// The rules for a password, in words.
    password_help: String,
    /// How long sudo mode lasts, in words.
    sudo_lasts: String,
    /// The ways to confirm, as forms.
    children: Children,
) -> impl IntoView {
    let form = FormState::of::<SetPassword>(&start);
    let account = email.clone();
    view! {
        <Form form>
            <FormProblem form fields=&[Field::NewPassword] />
            <AccountHint email=account />
            <TextField
                label="New password"
                name="new_password"
                kind="password"
                autocomplete="new-password"
                help=password_help
                form
                field=Field::NewPassword
            />
            <Submit label="Set password" busy="Setting…" pending=form.pending />
        </Form>
        <SudoDialog
            purpose=purposes::set_password()
            lasts=sudo_lasts
            email
            has_password=false
            button="Set password"
            opener=form
        >
            {children()}
        </SudoDialog>
    }
}
