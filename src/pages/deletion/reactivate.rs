//! `/users/reactivate`: the only page of an account whose deletion is scheduled.

use leptos::prelude::*;

use crate::{
    components::{action_button::ActionButton, layout::Layout},
    domain::time::Span,
    pages::query::with_viewer,
    server::mail::date,
};

/// The date of the erasure, and the button that keeps the account.
#[component]
pub fn Reactivate() -> impl IntoView {
    with_viewer(|context, viewer| {
        let words = viewer.user.deletion.map(|scheduled| {
            let left = match context.now.until(scheduled.delete_at) {
                // The deletion is due; the account waits for a worker.
                Span::NONE => "at any moment".to_owned(),
                left => format!("in {}", left.in_words()),
            };
            view! {
                <p class="lead">
                    "Your account will be erased on "<strong>{date::day(scheduled.delete_at)}</strong>
                    {format!(", {left}.")}
                </p>
            }
        });
        view! {
            <Layout title="Your account is closed">
                {words}
                <div class="button-row">
                    <ActionButton action="cancel_deletion" label="Keep my account" busy="Keeping…" class="button button-primary" />
                    <ActionButton action="sign_out" label="Sign out" busy="Signing out…" />
                </div>
            </Layout>
        }
        .into_any()
    })
}
