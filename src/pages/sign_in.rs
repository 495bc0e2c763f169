//! `/users/log-in`.

use leptos::prelude::*;

use super::query::{loaded, on_visit, start};
use crate::{
    components::{continue_with::OrContinueWith, forgot_password::ForgotPassword, layout::Layout},
    domain::paths,
    islands::sign_in::LogInForm,
    server::context::Form,
};

/// The sign-in page.
#[component]
pub fn LogIn() -> impl IntoView {
    on_visit(|context| {
        let start = start(&context, Form::SignIn, "");
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
            });
            view! {
            <Layout title="Sign in">
                {hint}
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
