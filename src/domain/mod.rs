//! The rules of the account lifecycle as plain types: no IO, no clock, no randomness.
//!
//! Everything here compiles for the server and for the browser. Time and random
//! bytes come in as arguments, so every rule can be tried at its boundary.

pub mod api_tokens;
pub mod deletion;
pub mod email;
pub mod email_change;
pub mod error;
pub mod event_detail;
pub mod export;
pub mod failure;
pub mod id;
pub mod mail_token;
pub mod outbox;
pub mod password;
pub mod paths;
pub mod profile;
pub mod providers;
pub mod return_path;
pub mod security_log;
pub mod sessions;
pub mod sudo;
pub mod time;
pub mod user;
pub mod weakness;
