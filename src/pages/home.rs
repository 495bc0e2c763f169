//! `/`: the site in one sentence, and links to sign up and sign in.

use leptos::prelude::*;

use super::query::on_visit;
use crate::{
    components::layout::Layout,
    copy::units,
    domain::{paths, user::AccountStatus},
};

/// The start page.
#[component]
pub fn Home() -> impl IntoView {
    on_visit(|context| {
        let grace = units::span(context.state.lifecycle.policy.grace_period);
        let status = context.viewer.as_ref().map(|viewer| viewer.user.status());
        let links = match status {
            None => view! {
                <a class="button button-primary" href=paths::REGISTER>"Create account"</a>
                <a class="button" href=paths::LOG_IN>"Sign in"</a>
            }
            .into_any(),
            Some(AccountStatus::Active) => {
                view! { <a class="button button-primary" href=paths::DASHBOARD>"Go to your dashboard"</a> }.into_any()
            }
            Some(_) => {
                view! { <a class="button button-primary" href=paths::SETTINGS>"Go to your settings"</a> }.into_any()
            }
        };
        view! {
            <Layout title="Your account, in your hands">
                <p class="lead">
                    "Signet keeps the account behind an application: register, confirm your address, change it or
                    your password, close the account, and come back within " {grace} " if you change your mind."
                </p>
                <div class="button-row">{links}</div>
            </Layout>
        }
        .into_any()
    })
}
