//! The whole application, driven as browsers drive it: one file per action.
#![cfg(test)]

#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../support/db.rs"]
mod db;
#[path = "../support/app.rs"]
mod app;

mod sign_up;
mod verify_email;
mod resend_confirmation;
mod update_profile;
mod sign_in;
mod sign_out;
