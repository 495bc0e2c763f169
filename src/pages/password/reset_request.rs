//! `/users/reset-password`.

use leptos::prelude::*;

use crate::{
    components::layout::Layout,
    islands::password::reset_request_form::ResetRequestForm,
    pages::query::{on_visit, start},
    server::context::Form,
};

/// The page that requests a reset link.
#[component]
pub fn ResetRequest() -> impl IntoView {
    on_visit(|context| {
        let own = context.viewer.as_ref().map_or_else(String::new, |viewer| viewer.user.email.to_string());
        let start = start(&context, Form::RequestPasswordReset, &own);
        view! {
            <Layout title="Reset your password">
                <p>"We send a link to your email; it opens a page where you choose a new password."</p>
                <ResetRequestForm start />
            </Layout>
        }
        .into_any()
    })
}
