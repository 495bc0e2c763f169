//! Changing the email address, with a link to the new one.
//!
//! The new address confirms the change. The old address gets a letter; its reader may cancel the change, and undo
//! it within the undo window. The earliest undo that is still possible wins. A free, a taken and the user's own
//! address get the same answer. At most one change is open at a time.

pub(super) mod cancel_email_change;
pub(super) mod confirm_email_change;
pub(super) mod email_page;
pub(super) mod request_email_change;
pub(super) mod undo_email_change;

pub use self::email_page::{EmailPage, PendingChange};
