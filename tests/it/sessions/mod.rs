//! Sessions: every action, driven as a browser drives it.

mod list_sessions;
mod revoke_other_sessions;
mod revoke_session;
mod sessions;
