//! `/users/register`.

use leptos::prelude::*;

use crate::{
    components::{continue_with::OrContinueWith, layout::Layout},
    domain::paths,
    islands::registration::register_form::RegisterForm,
    pages::query::{on_visit, password_help, start},
    server::context::{Form, Notice},
};

/// The sign-up page.
#[component]
pub fn Register() -> impl IntoView {
    on_visit(|context| {
        if matches!(context.notice, Some(Notice::CheckInbox { .. })) {
            return check_inbox();
        }
        let start = start(&context, Form::SignUp, "");
        let password_help = password_help(&context);
        let providers = context.state.lifecycle.configured_providers();
        view! {
            <Layout title="Create an account">
                <RegisterForm start password_help />
                <OrContinueWith providers return_to="" />
                <p class="page-aside">"Have an account? "<a href=paths::LOG_IN>"Sign in"</a></p>
            </Layout>
        }
        .into_any()
    })
}

/// The page after every sign-up; its notice names the address.
fn check_inbox() -> AnyView {
    view! {
        <Layout title="Check your inbox">
            <p>"Nothing there after a few minutes? Look in your spam folder, or create the account again: a new link goes out."</p>
            <p class="page-aside">
                <a href=paths::REGISTER>"Create the account again"</a>" · "<a href=paths::LOG_IN>"Sign in"</a>
            </p>
        </Layout>
    }
    .into_any()
}
