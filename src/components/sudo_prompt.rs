//! The sudo dialog for a page's plain forms.

use leptos::prelude::*;

use super::{field_form::FormProblem, sudo_dialog::SudoDialog};
use crate::server::lifecycle::sudo::SudoWays as Ways;

/// The sudo dialog for the page's forms marked `data-guarded`. It opens when the server refuses such a form because
/// sudo mode is missing. In sudo mode this component renders nothing, and the browser sends the forms as plain forms.
#[component]
pub fn SudoPrompt(
    /// What the user is about to do, by `copy::sudo::purposes`.
    purpose: &'static str,
    /// The account's address.
    email: String,
    /// The ways in which the account can confirm.
    ways: Ways,
    /// The page to come back to.
    #[prop(into)]
    return_to: String,
    /// How long sudo mode lasts, in words.
    lasts: String,
    /// Whether the session is in sudo mode.
    is_confirmed: bool,
) -> impl IntoView {
    (!is_confirmed).then(|| {
        view! {
            <div class="live" data-guard="">
                <FormProblem refusal=None id="sudo-problem" />
                <SudoDialog purpose lasts email ways return_to />
            </div>
        }
    })
}
