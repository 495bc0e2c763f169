//! The pages: the document, and one screen per file. Rendered on the server only.
//!
//! A page asks the queries of `server::lifecycle` for the data it shows, and writes nothing.

#![expect(clippy::must_use_candidate, reason = "the component macro owns the signatures")]

mod api_tokens;
pub mod app;
mod dashboard;
mod deletion;
mod document;
mod email_change;
mod export;
mod home;
mod mailbox;
mod not_found;
mod overview;
mod password;
mod profile;
mod providers;
mod query;
mod questions;
mod registration;
mod security_log;
mod sessions;
mod sign_in;
mod sudo;
