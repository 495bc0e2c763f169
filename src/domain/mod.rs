//! The rules of the account lifecycle as plain types: no IO, no clock, no randomness.
//!
//! Everything here compiles for the server and for the browser. Time and random
//! bytes come in as arguments, so every rule can be tried at its boundary.

pub mod api_token;
pub mod audit;
pub mod clock_watch;
pub mod deletion;
pub mod email;
pub mod email_change;
pub mod erasure;
pub mod error;
pub mod event_detail;
pub mod export;
pub mod failure;
pub mod id;
pub mod letter;
pub mod name;
pub mod password;
pub mod provider;
pub mod return_path;
pub mod session;
pub mod sudo;
pub mod time;
pub mod token;
pub mod user;
