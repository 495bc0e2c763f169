//! A form that the browser sends as a plain form, with and without JavaScript.

use leptos::prelude::*;

use crate::islands::account_mark::AccountField;

/// The `<form>` element of every form on a page that is no island.
#[component]
pub fn PostForm(
    /// Where the form is sent.
    #[prop(into)]
    action: String,
    /// The form's CSS classes.
    #[prop(default = "act")]
    class: &'static str,
    /// Whether `SudoGuard` sends the form by script until the session is in sudo mode.
    #[prop(optional)]
    guarded: bool,
    /// Whether the form belongs to the account of a mailed link, and not to the account that is signed in.
    #[prop(optional)]
    of_link: bool,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let class = (!class.is_empty()).then_some(class);
    view! {
        <form class=class method="post" action=action data-guarded=guarded.then_some("")>
            {(!of_link).then(|| view! { <AccountField /> })}
            {children()}
        </form>
    }
}
