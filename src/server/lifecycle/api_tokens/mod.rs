//! API tokens: what programs sign in with.
//!
//! A token is shown once and stored as SHA-256. It has a scope and an expiry, never holds sudo mode
//! and ends with what revokes everything else. Its owner is told by mail when one is created.

pub(super) mod api_tokens_page;
pub(super) mod create_api_token;
pub(super) mod revoke_all_api_tokens;
pub(super) mod revoke_api_token;

pub use self::api_tokens_page::ApiTokensPage;
