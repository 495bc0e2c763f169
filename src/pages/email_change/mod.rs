//! Changing the address, and what the mailed links of a change open.

pub(super) mod confirm_email_change;
pub(super) mod email;
pub(super) mod stop_email_change;
