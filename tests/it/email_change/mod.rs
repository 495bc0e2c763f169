//! Email change: every action, driven as a browser drives it.

mod cancel_email_change;
mod confirm_email_change;
mod request_email_change;
mod undo_email_change;
