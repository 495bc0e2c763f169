//! Linked providers, and the page before a provider.

pub(super) mod continue_to;
pub(super) mod linked;
pub(super) mod register_email;
