//! API tokens, with which programs authenticate.
//!
//! A token is shown once and stored as SHA-256. It has a scope and an expiry, never has sudo mode, and ends
//! whenever an action revokes all access. A letter tells the owner about every new token.

pub(super) mod api_tokens_page;
pub(super) mod create_api_token;
mod refuse_api_token;
pub(super) mod revoke_all_api_tokens;
pub(super) mod revoke_api_token;

pub use self::api_tokens_page::ApiTokensPage;
