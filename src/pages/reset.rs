//! `/users/reset-password/{token}`.

use leptos::prelude::*;

use super::query::{loaded, on_visit, password_help, start, token};
use crate::{
    components::{dead_link::DeadLink, layout::Layout},
    islands::reset_form::ResetForm,
    server::context::Form,
};

/// Choose a new password.
#[component]
pub fn Reset() -> impl IntoView {
    on_visit(|visit| {
        let token = token();
        let (lifecycle, asked) = (visit.state.lifecycle.clone(), token.clone());
        let query = async move { lifecycle.reset_page(&asked).await };
        loaded(visit, query, move |visit, alive| {
            let start = start(&visit, Form::ResetPassword, "");
            let password_help = password_help(&visit);
            let body = if alive {
                view! {
                    <p>"You will be signed out everywhere, and sign in with the new password."</p>
                    <ResetForm start token password_help />
                }
                .into_any()
            } else {
                view! { <DeadLink start_again="/users/reset-password" /> }.into_any()
            };
            view! { <Layout title="Choose a new password">{body}</Layout> }.into_any()
        })
    })
}
