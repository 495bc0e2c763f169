//! Changing, setting and resetting the password.
//!
//! A change needs the current password. Setting one needs sudo mode and an account without a password. A reset needs a
//! mailed link and does not sign the user in; it cancels a scheduled deletion. Each ends the sessions that the table
//! names, and a letter tells the owner. No transaction is open while a password is hashed.

pub(super) mod change_password;
pub(super) mod request_password_reset;
pub(super) mod reset_password;
pub(super) mod set_password;

pub use self::{change_password::PasswordChanged, reset_password::PasswordReset};
