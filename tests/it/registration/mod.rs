//! Registration: every action, driven as a browser drives it.

mod resend_confirmation;
mod sign_up;
mod verify_email;
