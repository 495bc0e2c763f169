//! `/users/email-change/cancel/{token}` and `/users/email-change/undo/{token}`: for the reader of the old mailbox,
//! signed in or not.

use leptos::prelude::*;

use crate::{
    components::action_button::ActionButton,
    domain::mail_token::Purpose,
    pages::query::{link_page, loaded, on_visit, token},
    server::lifecycle::queries::StopChangePage,
};

/// The page that cancels an open change.
#[component]
pub fn CancelEmailChange() -> impl IntoView {
    stop_page(Purpose::CancelEmailChange, |page, token| {
        view! {
            <p>
                "Someone asked to change this account's email from "
                <span class="address">{page.old.shown()}</span>" to "
                <span class="address">{page.new_masked}</span>
                ". If this wasn't you, cancel the change, then change your password."
            </p>
            <ActionButton
                action="cancel_email_change_by_link"
                label="Cancel the change"
                busy="Cancelling…"
                token
                class="button button-primary"
            />
        }
        .into_any()
    })
}

/// The page that undoes a confirmed change.
#[component]
pub fn UndoEmailChange() -> impl IntoView {
    stop_page(Purpose::UndoEmailChange, |page, token| {
        view! {
            <p>
                "This account's email was changed from "<span class="address">{page.old.shown()}</span>" to "
                <span class="address">{page.new_masked}</span>
                ". Restoring it signs out every session, removes the password, API tokens, and providers linked shortly
                before the change or since, and cancels a scheduled deletion. We'll then send a link to "
                <span class="address">{page.old.to_string()}</span>" to choose a new password."
            </p>
            <ActionButton action="undo_email_change" label="Restore my email" busy="Restoring…" token class="button button-primary" />
        }
        .into_any()
    })
}

fn stop_page(purpose: Purpose, body: impl FnOnce(StopChangePage, String) -> AnyView + Send + 'static) -> AnyView {
    on_visit(|context| {
        let token = token();
        let (lifecycle, asked) = (context.state.lifecycle.clone(), token.clone());
        let query = async move { lifecycle.stop_change_page(purpose, &asked).await };
        loaded(context, query, move |context, page| {
            let body = page.map(|page| body(page, token.clone()));
            link_page(context, purpose, token, body)
        })
    })
}
