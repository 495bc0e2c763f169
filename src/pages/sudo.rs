//! `/users/sudo`: for browsers without JavaScript; the others have the dialog.

use leptos::prelude::*;

use super::query::{start, sudo_lasts, with_viewer};
use crate::{
    components::layout::Layout,
    islands::{sudo_form::SudoForm, words::sudo_sentence},
    server::context::Form,
};

/// Confirm it is you.
#[component]
pub fn Sudo() -> impl IntoView {
    with_viewer(|visit, viewer| {
        let email = viewer.user.email.to_string();
        let start = start(&visit, Form::ConfirmSudo, "");
        let lasts = sudo_lasts(&visit);
        let return_to = visit.return_to.unwrap_or_else(|| "/users/settings".to_owned());
        let purpose = match return_to.as_str() {
            "/users/settings/email" => "change your email",
            "/users/settings/delete" => "delete your account",
            _ => "go on",
        };
        view! {
            <Layout title="Confirm it's you">
                <p>{sudo_sentence(purpose, &lasts)}</p>
                <SudoForm start email return_to />
            </Layout>
        }
        .into_any()
    })
}
