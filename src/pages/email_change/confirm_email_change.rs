//! `/users/settings/confirm-email/{token}`.

use leptos::prelude::*;

use crate::{
    components::action_button::ActionButton,
    copy::refusals,
    domain::{error::Refusal, mail_token::Purpose},
    pages::query::{link_page, loaded, token, with_viewer},
    server::lifecycle::queries::ConfirmChangePage,
};

/// Both addresses of the change, and the button that confirms it.
#[component]
pub fn ConfirmEmailChange() -> impl IntoView {
    with_viewer(|context, viewer| {
        let token = token();
        let (lifecycle, asked, opened) = (context.state.lifecycle.clone(), token.clone(), token.clone());
        let query = async move { lifecycle.confirm_change_page(&viewer, &asked).await };
        loaded(context, query, move |context, page| {
            let body = page.map(|page| match page {
                ConfirmChangePage::Ready { from, to } => view! {
                    <p>
                        "Change your email from "<span class="address">{from.shown()}</span>" to "
                        <span class="address">{to.shown()}</span>
                        "? You'll be signed out everywhere, then sign in with the new address."
                    </p>
                    <ActionButton action="confirm_email_change" label="Confirm new email" busy="Confirming…" token class="button button-primary" />
                }
                .into_any(),
                ConfirmChangePage::OtherUser => view! { <p>{refusals::words(Refusal::OtherUser)}</p> }.into_any(),
            });
            link_page(context, Purpose::ConfirmEmailChange, opened, body)
        })
    })
}
