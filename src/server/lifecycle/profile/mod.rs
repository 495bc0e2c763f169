//! The display name.
//!
//! Plain text of at most 64 characters, or none. Nothing else hangs on it: no session ends and no
//! mail goes out.

pub(super) mod update_profile;
