//! Logins at providers, and the attempts of users whom Signet has sent to one.

pub(super) mod attempts;
pub(super) mod identities;
