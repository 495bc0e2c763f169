//! `/users/sudo`: for browsers without JavaScript, and for typing a code; other pages have the dialog.

use leptos::prelude::*;

use super::query::{loaded, start, sudo_lasts, with_viewer};
use crate::{
    components::{layout::Layout, sudo_ways::SudoWays},
    copy::sudo::{self, purposes},
    domain::paths,
    islands::sudo::{code_form::SudoCodeForm, form::SudoForm},
    server::{context::Form, lifecycle::sudo::CodeWay},
};

/// The page that begins sudo mode.
#[component]
pub fn Sudo() -> impl IntoView {
    with_viewer(|context, viewer| {
        let email = viewer.user.email.to_string();
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.sudo_ways(&viewer).await };
        loaded(context, query, |context, ways| {
            let return_to = context.return_to.clone().unwrap_or_else(|| paths::SETTINGS.to_owned());
            let why = sudo::why(purpose(&return_to, ways.password), &sudo_lasts(&context));
            let password = ways.password.then(|| {
                let start = start(&context, Form::ConfirmSudo, "");
                view! { <SudoForm start email return_to=return_to.clone() /> }
            });
            let code = matches!(ways.code, CodeWay::Sent { .. }).then(|| {
                let start = start(&context, Form::ConfirmSudoByCode, "");
                view! { <SudoCodeForm start return_to=return_to.clone() /> }
            });
            view! {
                <Layout title="Confirm it's you">
                    <p>{why}</p>
                    {password}
                    {code}
                    <SudoWays ways return_to takes_code=true />
                </Layout>
            }
            .into_any()
        })
    })
}

/// What the user is about to do on the page that this one returns to.
fn purpose(return_to: &str, has_password: bool) -> &'static str {
    match return_to {
        paths::EMAIL => purposes::change_email(),
        paths::DELETE => purposes::delete_account(),
        paths::PASSWORD if !has_password => purposes::set_password(),
        paths::PROVIDERS => purposes::change_sign_in(),
        _ => purposes::go_on(),
    }
}
