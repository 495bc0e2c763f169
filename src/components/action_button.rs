//! A form that is nothing but a button: one press, one action.

use leptos::prelude::*;

use crate::{domain::paths, islands::submit_once::SubmitOnce};

/// A button that posts. It is an ordinary form with and without JavaScript: the next page
/// says what came of it.
#[component]
pub fn ActionButton(
    /// The name of the server function.
    action: &'static str,
    /// What pressing it does.
    label: &'static str,
    /// What the button says meanwhile.
    busy: &'static str,
    /// The token of the link that led here.
    #[prop(optional, into)]
    token: Option<String>,
    /// How the button looks.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <form class="act" method="post" action=paths::action(action)>
            {token.map(|token| view! { <input type="hidden" name="token" value=token /> })}
            <SubmitOnce label=label.to_owned() busy=busy.to_owned() class=class.to_owned() />
        </form>
    }
}
