//! Signing in: why the page asks.

use crate::domain::paths;

/// Why a user who wanted to open the page `return_to` has to sign in; `None` if they wanted no page.
#[must_use]
pub fn reason(return_to: &str) -> Option<&'static str> {
    let link = paths::CONFIRM_CHANGE_LINK.trim_end_matches("{token}");
    match return_to {
        "" => None,
        page if page.starts_with(link) => Some("Sign in to continue."),
        page if page.starts_with(paths::SETTINGS) => Some("Sign in to open your account settings."),
        _ => Some("Sign in to continue."),
    }
}
