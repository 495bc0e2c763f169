//! Creating an account, and confirming its address.

pub(super) mod confirm;
pub(super) mod register;
