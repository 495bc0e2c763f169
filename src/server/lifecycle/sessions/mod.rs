//! The sessions of an account: listing and revoking them.
//!
//! Users see their own sessions only, with the current one marked. A revoked session ends at its next request, and
//! its open pages say so within two seconds.

pub(super) mod revoke_other_sessions;
pub(super) mod revoke_session;
pub(super) mod revoke_session_by_token;
pub(super) mod sessions_page;
mod sign_out_by_operator;

pub use self::sessions_page::{Seen, SessionEntry, SessionsPage};
