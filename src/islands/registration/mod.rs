//! Forms that create an account and confirm its address.

pub mod confirm_form;
pub mod register_form;
