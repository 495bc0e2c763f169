//! Api tokens: every action, driven as a browser drives it.

mod api_token_owners;
mod create_api_token;
mod revoke_all_api_tokens;
mod revoke_api_token;
