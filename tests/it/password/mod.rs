//! Password: every action, driven as a browser drives it.

mod change_password;
mod request_password_reset;
mod reset_password;
mod set_password;
