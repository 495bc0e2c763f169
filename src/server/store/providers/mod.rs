//! Logins at providers, and people on their way to one and back.

pub(super) mod attempts;
pub(super) mod identities;
