//! `/users/confirm/{token}`.

use leptos::prelude::*;

use crate::{
    domain::mail_token::Purpose,
    islands::registration::confirm_form::ConfirmForm,
    pages::query::{link_page, loaded, on_visit, start, token},
    server::context::Form,
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
                let ask = page.needs_password.then(|| {
                    view! {
                        <p>
                            "This is not the browser you signed up with. Give the password you chose, so that
                            nobody can confirm an account that somebody else made for them."
                        </p>
                    }
                });
                view! {
                    <p>"Confirm that "<span class="address">{page.email.shown()}</span>" is your email."</p>
                    {ask}
                    <ConfirmForm start token email=page.email.to_string() needs_password=page.needs_password />
                }
                .into_any()
            });
            link_page(context, Purpose::VerifyEmail, opened, body)
        })
    })
}
