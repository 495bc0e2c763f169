//! `/users/reset-password/{token}`.

use leptos::prelude::*;

use crate::{
    domain::paths,
    islands::password::reset_form::ResetForm,
    pages::query::{link_page, loaded, on_visit, password_help, start, token},
    server::context::Form,
};

/// The page for a new password, behind a reset link.
#[component]
pub fn Reset() -> impl IntoView {
    on_visit(|context| {
        let token = token();
        let (lifecycle, asked) = (context.state.lifecycle.clone(), token.clone());
        let query = async move { lifecycle.reset_page(&asked).await };
        loaded(context, query, move |context, alive| {
            let start = start(&context, Form::ResetPassword, "");
            let password_help = password_help(&context);
            let body = alive.then(|| {
                view! {
                    <p>"You will be signed out everywhere, and sign in with the new password."</p>
                    <ResetForm start token password_help />
                }
                .into_any()
            });
            link_page("Choose a new password", paths::RESET_PASSWORD, body)
        })
    })
}
