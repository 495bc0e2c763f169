//! The display name.
//!
//! Plain text of at most 64 characters, or none. Nothing depends on it: a change ends no session and sends no
//! letter.

pub(super) mod update_profile;
