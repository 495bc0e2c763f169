//! `/users/keep/{token}`: for the reader of the letter about a scheduled deletion, signed in or not.

use leptos::prelude::*;

use crate::{
    components::action_button::ActionButton,
    copy::units,
    domain::{mail_token::Purpose, paths},
    pages::query::{link_page, loaded, on_visit, token},
};

/// The page that keeps a closed account.
#[component]
pub fn Keep() -> impl IntoView {
    on_visit(|context| {
        let token = token();
        let (lifecycle, asked, opened) = (context.state.lifecycle.clone(), token.clone(), token.clone());
        let query = async move { lifecycle.keep_page(&asked).await };
        loaded(context, query, move |context, page| {
            let body = page.map(|page| {
                view! {
                    <p>
                        "The account with the email "<span class="address">{page.email.shown()}</span>
                        " is closed and will be erased on "<strong>{units::day(page.delete_at)}</strong>
                        ". Keeping it cancels that and doesn't sign you in."
                    </p>
                    <p>
                        "If you didn't close it, keep it, then "
                        <a href=paths::RESET_PASSWORD>"choose a new password"</a>
                        ". That signs you out everywhere."
                    </p>
                    <ActionButton
                        action="keep_account"
                        label="Keep my account"
                        busy="Keeping…"
                        token
                        class="button button-primary"
                    />
                }
                .into_any()
            });
            link_page(context, Purpose::KeepAccount, opened, body)
        })
    })
}
