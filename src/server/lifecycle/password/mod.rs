//! Changing, setting and resetting the password.
//!
//! A change needs the current password, setting one needs sudo mode and an account without one, a
//! reset needs a mailed link and signs nobody in. Each ends the sessions that the table names and
//! is told to the owner by mail. No transaction is open while a password is hashed.

pub(super) mod change_password;
pub(super) mod request_password_reset;
pub(super) mod reset_password;
pub(super) mod set_password;

pub use self::change_password::PasswordChanged;
