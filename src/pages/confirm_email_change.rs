//! `/users/settings/confirm-email/{token}`.

use leptos::prelude::*;

use super::query::{link_page, loaded, on_visit, token};
use crate::{
    components::act::Act,
    server::{context::log_in_path, lifecycle::queries::ConfirmChangePage},
};

/// The change spelled out, and the button that makes it.
#[component]
pub fn ConfirmEmailChange() -> impl IntoView {
    on_visit(|visit| {
        let token = token();
        let (seen, asked) = (visit.clone(), token.clone());
        let query = async move { seen.state.lifecycle.confirm_change_page(seen.viewer.as_ref(), &asked).await };
        loaded(visit, query, move |visit, page| {
            let body = page.map(|page| match page {
                ConfirmChangePage::Ready { from, to } => view! {
                    <p>
                        "Your email changes from "<span class="address">{from.to_string()}</span>" to "
                        <span class="address">{to.to_string()}</span>
                        ". You will be signed out everywhere, and sign in with the new address."
                    </p>
                    <Act action="confirm_email_change" label="Confirm new email" busy="Confirming…" token class="button button-primary" />
                }
                .into_any(),
                ConfirmChangePage::OtherUser => view! {
                    <p>"This link belongs to another account. Sign out, then open it again."</p>
                }
                .into_any(),
                ConfirmChangePage::SignIn => view! {
                    <p>"Sign in first; then this page asks you to confirm."</p>
                    <p><a class="button button-primary" href=log_in_path(&visit.path)>"Sign in"</a></p>
                }
                .into_any(),
            });
            link_page("Confirm your new email", "/users/settings/email", body)
        })
    })
}
