//! `/users/confirm/{token}`.

use leptos::prelude::*;

use crate::{
    components::{
        field::{AccountHint, TextField},
        field_form::FieldForm,
        submit::Submit,
    },
    domain::{
        error::{Field, Refusal},
        mail_token::Purpose,
        paths,
    },
    pages::query::{link_page, loaded, on_visit, start, token},
    server::{context::Form, lifecycle::queries::ConfirmProof},
};

/// The page that confirms the address of a new account.
#[component]
pub fn Confirm() -> impl IntoView {
    on_visit(|context| {
        let token = token();
        let (seen, asked, opened) = (context.clone(), token.clone(), token.clone());
        let query = async move { seen.state.lifecycle.confirm_page(&seen.source, seen.viewer.as_ref(), &asked).await };
        loaded(context, query, move |context, page| {
            let refusal = start(&context, Form::VerifyEmail, "").refusal;
            let body = page.map(|page| {
                let needs_password = page.proof == ConfirmProof::Password;
                let ask = needs_password.then(|| {
                    view! {
                        <p>
                            "You signed up in a different browser. Enter your password so we know this account is yours."
                        </p>
                    }
                });
                let address = page.email.shown();
                if page.proof == ConfirmProof::Provider {
                    return elsewhere(address);
                }
                view! {
                    <p>"Confirm that "<span class="address">{address}</span>" is your email address."</p>
                    {ask}
                    <ConfirmForm refusal token email=page.email.to_string() needs_password />
                }
                .into_any()
            });
            link_page(context, Purpose::VerifyEmail, opened, body)
        })
    })
}

/// **Confirm address**, and the password in a browser that did not sign up.
#[component]
fn ConfirmForm(
    /// Why the form was refused, if it was.
    refusal: Option<Refusal>,
    /// The link's token.
    token: String,
    /// The account's address.
    email: String,
    /// Whether the form asks for the password.
    needs_password: bool,
) -> impl IntoView {
    let fields: &'static [Field] = if needs_password { &[Field::Password] } else { &[] };
    let password = needs_password.then(|| {
        view! {
            <AccountHint email />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                refusal
                field=Field::Password
            />
        }
    });
    view! {
        <FieldForm action="verify_email" refusal fields of_link=true>
            <input type="hidden" name="token" value=token />
            {password}
            <Submit label="Confirm address" busy="Confirming…" />
        </FieldForm>
    }
}

/// The account was created with a provider, in another browser.
fn elsewhere(address: String) -> AnyView {
    view! {
        <p>
            "You signed up as "<span class="address">{address}</span>" in a different browser, with a provider. Open the link
            there, or sign in with that provider here and then open the link again. If that wasn't you, do nothing."
        </p>
        <p><a class="button" href=paths::LOG_IN>"Sign in"</a></p>
    }
    .into_any()
}
