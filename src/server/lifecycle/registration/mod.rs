//! Registration: a new account, and the proof that its address is its owner's.
//!
//! A free, a taken and an unverified address get the same answer. An unverified account holds no
//! claim to its address. Only the browser that signed up, or who knows the password, confirms the
//! address by the mailed link. A fresh link ends the one before it.

pub(super) mod resend_confirmation;
pub(super) mod sign_up;
pub(super) mod verify_email;
