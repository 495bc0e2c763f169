//! The banner of an account whose deletion is scheduled.

use leptos::prelude::*;

use super::post_form::PostForm;
use crate::{
    copy::units,
    domain::{deletion::Scheduled, paths},
};

/// The date of the erasure, and the button that keeps the account.
#[component]
pub fn DeletionBanner(
    /// The deletion.
    scheduled: Scheduled,
) -> impl IntoView {
    view! {
        <div class="deletion-banner" role="region" aria-label="Deletion">
            <p><strong>{units::day(scheduled.delete_at)}</strong>": your account will be erased."</p>
            <PostForm class="" action=paths::action("cancel_deletion")>
                <button class="button" type="submit">"Keep my account"</button>
            </PostForm>
        </div>
    }
}
