//! The pages that letters lead to.

/// The page to sign in on.
pub(super) const LOG_IN: &str = "/users/log-in";
/// The page to ask for a reset link on: the answer to "this was not me".
pub(super) const RESET: &str = "/users/reset-password";
/// The page to create an account on.
pub(super) const REGISTER: &str = "/users/register";
/// The page that lists the linked providers.
pub(super) const PROVIDERS: &str = "/users/settings/providers";
/// The page to download one's data on.
pub(super) const EXPORT: &str = "/users/settings/export";
/// The page that lists the API tokens.
pub(super) const API_TOKENS: &str = "/users/settings/api-tokens";
/// The page to change the email on.
pub(super) const CHANGE_EMAIL: &str = "/users/settings/email";
