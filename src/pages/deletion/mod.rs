//! Deleting the account, and keeping it.

pub(super) mod delete;
pub(super) mod keep;
pub(super) mod reactivate;
