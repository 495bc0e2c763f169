//! The form that gives an account its first password.

use leptos::prelude::*;

use crate::{
    api::password::SetPassword,
    copy::sudo::purposes,
    domain::error::Field,
    islands::{
        field::{AccountHint, NewPasswordField, PasswordHelp},
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
    /// The rules for a password.
    password_help: PasswordHelp,
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
            <NewPasswordField label="New password" name="new_password" help=password_help form />
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
