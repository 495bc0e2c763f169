//! Password: every action, driven as a browser drives it.

mod breached_list;
mod change_password;
mod request_password_reset;
mod reset_password;
mod set_password;
