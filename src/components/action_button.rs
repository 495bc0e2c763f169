//! A form that is only a button: one press, one action.

use leptos::prelude::*;

use super::{post_form::PostForm, submit::Submit};
use crate::domain::paths;

/// A button that posts. It is a plain form with and without JavaScript: the next page shows the result.
#[component]
pub fn ActionButton(
    /// The name of the server function.
    action: &'static str,
    /// The button's label.
    label: &'static str,
    /// The button's label after the press.
    busy: &'static str,
    /// The token of the link that opened the page.
    #[prop(optional, into)]
    token: Option<String>,
    /// The button's CSS classes.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <PostForm action=paths::action(action) of_link=token.is_some()>
            {token.map(|token| view! { <input type="hidden" name="token" value=token /> })}
            <Submit label busy class />
        </PostForm>
    }
}
