//! The sudo dialog of a page's plain forms.

use leptos::prelude::*;

use super::sudo_ways::SudoWays;
use crate::{islands::sudo::prompt::SudoGuard, server::lifecycle::sudo::SudoWays as Ways};

/// Asks to confirm it's you before the page's forms marked `data-guarded` are sent. In sudo mode
/// the forms are plain ones, and the page that follows has the answer.
#[component]
pub fn SudoPrompt(
    /// What is about to be done: "sign out sessions".
    purpose: &'static str,
    /// The account's address.
    email: String,
    /// The ways of the account to confirm.
    ways: Ways,
    /// The page to come back to.
    #[prop(into)]
    return_to: String,
    /// How long a confirmation lasts, in words.
    lasts: String,
    /// Whether the session is in sudo mode already.
    is_confirmed: bool,
) -> impl IntoView {
    (!is_confirmed).then(|| {
        view! {
            <SudoGuard purpose=purpose.to_owned() sudo_lasts=lasts email has_password=ways.password>
                <SudoWays ways return_to />
            </SudoGuard>
        }
    })
}
