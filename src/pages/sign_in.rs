//! `/users/log-in`.

use leptos::prelude::*;

use super::query::{loaded, on_visit, start};
use crate::{
    components::{
        continue_with::OrContinueWith,
        field::TextField,
        field_form::{FieldForm, Start},
        forgot_password::ForgotPassword,
        layout::Layout,
        submit::Submit,
    },
    copy::sign_in as copy,
    domain::{error::Field, paths},
    server::context::{Form, Notice},
};

/// The sign-in page.
#[component]
pub fn LogIn() -> impl IntoView {
    on_visit(|context| {
        let start = start(&context, Form::SignIn, known_address(context.notice.as_ref()));
        let is_told = context.notice.is_some();
        let lifecycle = context.state.lifecycle.clone();
        let return_to = context.return_to.clone().unwrap_or_default();
        let asked = return_to.clone();
        let query = async move { lifecycle.address_before_change(&asked).await };
        loaded(context, query, move |context, now| {
            let providers = context.state.lifecycle.configured_providers();
            let hint = now.map(|now| {
                view! {
                    <p>
                        "To confirm your new email, sign in with the address you have now, "
                        <span class="address">{now}</span> "."
                    </p>
                }
                .into_any()
            });
            let reason = copy::reason(&return_to).filter(|_| !is_told).map(|why| view! { <p>{why}</p> }.into_any());
            view! {
            <Layout title="Sign in">
                {hint.or(reason)}
                <LogInForm start return_to=return_to.clone() />
                <ForgotPassword />
                <OrContinueWith providers return_to />
                <p class="page-aside">"No account yet? "<a href=paths::REGISTER>"Create one"</a></p>
            </Layout>
            }
            .into_any()
        })
    })
}

/// Email, password, **Sign in**.
#[component]
fn LogInForm(
    /// The form's initial state.
    start: Start,
    /// Where the user wanted to go.
    return_to: String,
) -> impl IntoView {
    let (of_email, of_password) = (start.of(Field::Email), start.of(Field::Password));
    let Start { typed, refusal, .. } = start;
    view! {
        <FieldForm action="sign_in" refusal fields=&[Field::Email, Field::Password]>
            <input type="hidden" name="return_to" value=return_to />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=typed
                refusal=of_email
                field=Field::Email
            />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                refusal=of_password
                field=Field::Password
            />
            <Submit label="Sign in" busy="Signing in…" />
        </FieldForm>
    }
}

/// The address that the last action left the account with, which the page fills in.
fn known_address(notice: Option<&Notice>) -> &str {
    match notice {
        Some(Notice::EmailChanged { new }) => new,
        _ => "",
    }
}
