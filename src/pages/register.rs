//! `/users/register`.

use leptos::prelude::*;

use super::query::{on_visit, password_help, start};
use crate::{components::layout::Layout, islands::register_form::RegisterForm, server::context::Form};

/// Create an account.
#[component]
pub fn Register() -> impl IntoView {
    on_visit(|visit| {
        let start = start(&visit, Form::SignUp, "");
        let password_help = password_help(&visit);
        view! {
            <Layout title="Create an account">
                <RegisterForm start password_help />
                <p class="page-aside">"Have an account? "<a href="/users/log-in">"Sign in"</a></p>
            </Layout>
        }
        .into_any()
    })
}
