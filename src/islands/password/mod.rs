//! Forms that change, set and reset the password.

pub mod change_form;
pub mod reset_form;
pub mod reset_request_form;
pub mod set_form;
