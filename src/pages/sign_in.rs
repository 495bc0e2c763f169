//! `/users/log-in`.

use leptos::prelude::*;

use super::query::{on_visit, start};
use crate::{
    components::{continue_with::OrContinueWith, layout::Layout},
    domain::paths,
    islands::sign_in::LogInForm,
    server::context::Form,
};

/// The sign-in page.
#[component]
pub fn LogIn() -> impl IntoView {
    on_visit(|context| {
        let start = start(&context, Form::SignIn, "");
        let providers = context.state.lifecycle.configured_providers();
        let return_to = context.return_to.unwrap_or_default();
        view! {
            <Layout title="Sign in">
                <LogInForm start return_to=return_to.clone() />
                <p class="page-aside"><a href=paths::RESET_PASSWORD>"Forgot your password?"</a></p>
                <OrContinueWith providers return_to />
                <p class="page-aside">"No account yet? "<a href=paths::REGISTER>"Create one"</a></p>
            </Layout>
        }
        .into_any()
    })
}
