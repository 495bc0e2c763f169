//! `/users/sudo`: for browsers without JavaScript, and for typing a code; other pages have the dialog.

use leptos::prelude::*;

use super::query::{loaded, start, sudo_lasts, with_viewer};
use crate::{
    components::{
        field::{AccountHint, TextField},
        field_form::FieldForm,
        layout::Layout,
        submit::Submit,
        sudo_ways::SudoWays,
    },
    copy::sudo::{self, purposes},
    domain::{
        error::{Field, Refusal},
        paths,
    },
    server::{context::Form, lifecycle::sudo::CodeWay},
};

/// The page that begins sudo mode.
#[component]
pub fn Sudo() -> impl IntoView {
    with_viewer(|context, viewer| {
        let email = viewer.user.email.to_string();
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.sudo_ways(&viewer).await };
        loaded(context, query, |context, ways| {
            let return_to = context.return_to.clone().unwrap_or_else(|| paths::SETTINGS.to_owned());
            let why = sudo::why(purpose(&return_to, ways.password), &sudo_lasts(&context));
            let password = ways.password.then(|| {
                let refusal = start(&context, Form::ConfirmSudo, "").refusal;
                view! { <PasswordForm refusal email return_to=return_to.clone() /> }
            });
            let code = matches!(ways.code, CodeWay::Sent { .. }).then(|| {
                let refusal = start(&context, Form::ConfirmSudoByCode, "").refusal;
                view! { <CodeForm refusal return_to=return_to.clone() /> }
            });
            view! {
                <Layout title="Confirm it's you">
                    <p>{why}</p>
                    {password}
                    {code}
                    <SudoWays ways return_to takes_code=true />
                </Layout>
            }
            .into_any()
        })
    })
}

/// The field Password and the button **Confirm**.
#[component]
fn PasswordForm(
    /// Why the form was refused, if it was.
    refusal: Option<Refusal>,
    /// The account's address.
    email: String,
    /// Where the user goes afterwards.
    return_to: String,
) -> impl IntoView {
    view! {
        <FieldForm action="confirm_sudo" refusal fields=&[Field::Password]>
            <input type="hidden" name="return_to" value=return_to />
            <AccountHint email />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                refusal
                field=Field::Password
            />
            <Submit label="Confirm" busy="Confirming…" />
        </FieldForm>
    }
}

/// The field Code and the button **Confirm**.
#[component]
fn CodeForm(
    /// Why the form was refused, if it was.
    refusal: Option<Refusal>,
    /// Where the user goes afterwards.
    return_to: String,
) -> impl IntoView {
    view! {
        <FieldForm action="confirm_sudo_by_code" refusal fields=&[Field::Code]>
            <input type="hidden" name="return_to" value=return_to />
            <TextField
                label="Code"
                name="code"
                autocomplete="one-time-code"
                help="The 8 characters in the email we sent."
                refusal
                field=Field::Code
            />
            <Submit label="Confirm" busy="Confirming…" />
        </FieldForm>
    }
}

/// What the user is about to do on the page that this one returns to.
fn purpose(return_to: &str, has_password: bool) -> &'static str {
    match return_to {
        paths::EMAIL => purposes::change_email(),
        paths::DELETE => purposes::delete_account(),
        paths::PASSWORD if !has_password => purposes::set_password(),
        paths::PROVIDERS => purposes::change_sign_in(),
        _ => purposes::go_on(),
    }
}
