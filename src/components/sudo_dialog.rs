//! The dialog that opens when the server has refused a form because sudo mode is missing. Here the user confirms
//! who they are, which begins sudo mode.

use leptos::prelude::*;

use super::{
    field::{AccountHint, TextField},
    field_form::FieldForm,
    submit::Submit,
    sudo_ways::SudoWays,
};
use crate::{copy::sudo, domain::error::Field, server::lifecycle::sudo::SudoWays as Ways};

/// The field Password and the button **Confirm**. Afterwards the form behind the dialog is unchanged, and its button
/// has the keyboard focus. The user presses it again; the browser sends nothing by itself. An account without a
/// password has plain forms instead, which lead the user to another page and back. `islands::forms` opens and closes
/// the dialog of the form whose `data-sudo` is the dialog's id.
#[component]
pub fn SudoDialog(
    /// The dialog's id.
    #[prop(default = "sudo")]
    id: &'static str,
    /// What the user is about to do, by `copy::sudo::purposes`.
    purpose: &'static str,
    /// How long sudo mode lasts, in words.
    lasts: String,
    /// The account's address.
    email: String,
    /// The ways in which the account can confirm.
    ways: Ways,
    /// The page to come back to.
    #[prop(into)]
    return_to: String,
    /// The label of the button to press again, if there is only one.
    #[prop(optional, into)]
    button: Option<&'static str>,
) -> impl IntoView {
    let next = button.map_or_else(|| sudo::confirmed().to_owned(), sudo::confirmed_for);
    let part = |name: &str| format!("{id}-{name}");
    let password = ways.password.then(|| view! { <PasswordForm id=part("password") email /> });
    let cancel = (!ways.password).then(|| view! { <Cancel /> });
    view! {
        <p class="form-status" role="status" id=part("status") data-words=next></p>
        <dialog class="dialog" id=id aria-labelledby=part("title") aria-describedby=part("why")>
            <h2 class="dialog-title" id=part("title")>"Confirm it's you"</h2>
            <p id=part("why")>{sudo::why(purpose, &lasts)}</p>
            {password}
            <SudoWays ways return_to />
            {cancel}
        </dialog>
    }
}

/// The field Password and the button **Confirm**.
#[component]
fn PasswordForm(
    /// The id of the field, unique on the page.
    id: String,
    /// The account's address.
    email: String,
) -> impl IntoView {
    view! {
        <FieldForm action="confirm_sudo" refusal=None fields=&[Field::Password]>
            <AccountHint email />
            <TextField
                label="Password"
                name="password"
                id
                kind="password"
                autocomplete="current-password"
                refusal=None
                field=Field::Password
            />
            <div class="button-row">
                <Submit label="Confirm" busy="Confirming…" />
                <Cancel />
            </div>
        </FieldForm>
    }
}

#[component]
fn Cancel() -> impl IntoView {
    view! { <button type="button" class="button" data-close>"Cancel"</button> }
}
