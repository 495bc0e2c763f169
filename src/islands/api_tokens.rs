//! The form that creates an API token.

use leptos::prelude::*;

use super::{
    field::TextField,
    form::{Form, FormProblem, FormState, Start},
    select::SelectField,
    submit::Submit,
    sudo::dialog::SudoDialog,
};
use crate::{
    api::api_tokens::CreateApiToken,
    copy::{choices, sudo::purposes},
    domain::{
        api_tokens::{Expiry, Scope},
        error::Field,
    },
};

/// Name, Scope, Expires, **Create token**.
#[island]
pub fn ApiTokenForm(
    /// The form's initial state.
    start: Start,
    /// The scope that is selected at first.
    scope: String,
    /// The expiry that is selected at first.
    expires: String,
    /// What tells this form from another one: it creates one token.
    once: String,
    /// The account's address.
    email: String,
    /// How long sudo mode lasts, in words.
    sudo_lasts: String,
    /// Whether the account has a password.
    has_password: bool,
    /// The other ways to confirm, as forms.
    children: Children,
) -> impl IntoView {
    let form = FormState::of::<CreateApiToken>(&start);
    let scopes = Scope::ALL.iter().map(|scope| (scope.word(), choices::scope(*scope))).collect();
    let expiries = Expiry::ALL.iter().map(|expiry| (expiry.word(), choices::expiry(*expiry))).collect();
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Name] />
            <input type="hidden" name="once" value=once />
            <TextField
                label="Name"
                name="name"
                autocomplete="off"
                value=start.typed
                help="What the token is for. Only you see it."
                form
                field=Field::Name
            />
            <SelectField label="Scope" name="scope" choices=scopes chosen=scope />
            <SelectField label="Expires" name="expires" choices=expiries chosen=expires />
            <Submit label="Create token" busy="Creating…" pending=form.pending />
        </Form>
        <SudoDialog
            purpose=purposes::create_api_token()
            lasts=sudo_lasts
            email
            has_password
            button="Create token"
            opener=form
            field_id="sudo-password-create"
        >
            {children()}
        </SudoDialog>
    }
}
