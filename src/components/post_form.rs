//! A form that the browser sends as a plain form, with and without JavaScript.

use leptos::prelude::*;

use super::account_mark::AccountField;

/// The `<form>` element of a form without fields to type in.
#[component]
pub fn PostForm(
    /// Where the form is sent.
    #[prop(into)]
    action: String,
    /// The form's CSS classes.
    #[prop(default = "act")]
    class: &'static str,
    /// Whether the script sends the form until the session is in sudo mode, if the page has a `SudoPrompt`.
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
        <form class=class method="post" action=action data-guarded=guarded data-sudo=guarded.then_some("sudo")>
            {(!of_link).then(|| view! { <AccountField /> })}
            {children()}
        </form>
    }
}
