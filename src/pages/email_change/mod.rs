//! Changing the email address: the page in the settings, and the pages that the mailed links open.

pub(super) mod confirm_email_change;
pub(super) mod email;
pub(super) mod stop_email_change;
