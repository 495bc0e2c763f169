//! Changing the password, and resetting it.

pub(super) mod change;
pub(super) mod reset;
pub(super) mod reset_request;
