//! `/users/confirm/{token}`.

use leptos::prelude::*;

use crate::{
    domain::{mail_token::Purpose, paths},
    islands::registration::confirm_form::ConfirmForm,
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
            let start = start(&context, Form::VerifyEmail, "");
            let body = page.map(|page| {
                let needs_password = page.proof == ConfirmProof::Password;
                let ask = needs_password.then(|| {
                    view! {
                        <p>
                            "This is not the browser you signed up with. Give the password you chose, so that
                            nobody can confirm an account that somebody else made for them."
                        </p>
                    }
                });
                let address = page.email.shown();
                if page.proof == ConfirmProof::Provider {
                    return elsewhere(address);
                }
                view! {
                    <p>"Confirm that "<span class="address">{address}</span>" is your email."</p>
                    {ask}
                    <ConfirmForm start token email=page.email.to_string() needs_password />
                }
                .into_any()
            });
            link_page(context, Purpose::VerifyEmail, opened, body)
        })
    })
}

/// The account was created with a provider, in another browser.
fn elsewhere(address: String) -> AnyView {
    view! {
        <p>
            "This is not the browser in which "<span class="address">{address}</span>" signed up with a provider. Open the
            link there, or sign in with that provider here and then open the link again. If that was not you, do nothing."
        </p>
        <p><a class="button" href=paths::LOG_IN>"Sign in"</a></p>
    }
    .into_any()
}
