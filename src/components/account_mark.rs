//! The field with which a form says for which account it was made.

use leptos::prelude::*;

use crate::domain::paths;

/// The mark of the account that is signed in, which the server provides to the page. Forms that people open without
/// being signed in have an empty one.
#[derive(Clone, Debug, Default)]
pub struct AccountMark(pub String);

/// The field.
#[component]
pub fn AccountField() -> impl IntoView {
    let AccountMark(mark) = use_context().unwrap_or_default();
    view! { <input type="hidden" name=paths::ACCOUNT_FIELD value=mark /> }
}
