//! Registration: a new account, and the proof that the user owns its address.
//!
//! A free, a taken and an unverified address get the same answer. An unverified account does not reserve its
//! address. Only the browser that signed up, or a user who knows the password, can confirm the address by the
//! mailed link. A fresh link replaces the one before it.

pub(super) mod resend_confirmation;
pub(super) mod sign_up;
pub(super) mod verify_email;
