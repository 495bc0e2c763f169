//! The way to a reset link, beside every field that takes the current password.

use leptos::prelude::*;

use crate::domain::paths;

/// The link **Forgot your password?**. The page behind it has the address of a signed-in user filled in.
#[component]
pub fn ForgotPassword() -> impl IntoView {
    view! { <p class="page-aside"><a href=paths::RESET_PASSWORD>"Forgot your password?"</a></p> }
}
