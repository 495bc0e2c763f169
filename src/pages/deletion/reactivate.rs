//! `/users/reactivate`: the only page of an account whose deletion is scheduled.

use leptos::prelude::*;

use crate::{
    components::{action_button::ActionButton, layout::Layout},
    copy::units,
    pages::query::with_viewer,
};

/// The date of the erasure, and the button that keeps the account.
#[component]
pub fn Reactivate() -> impl IntoView {
    with_viewer(|context, viewer| {
        let words = viewer.user.deletion.map(|scheduled| {
            // If nothing is left, the deletion is due, and the account waits for a worker.
            let left = units::from_now(context.now.until(scheduled.delete_at));
            view! {
                <p class="lead">
                    "Your account will be erased on "<strong>{units::day(scheduled.delete_at)}</strong>
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
