//! What a person sees: the document, and one screen per file. Rendered on the server only.
//!
//! A page asks one query of `server::lifecycle` for what it shows, and writes nothing.

#![expect(clippy::must_use_candidate, reason = "the component macro owns the signatures")]

mod api_tokens;
pub mod app;
mod confirm;
mod confirm_email_change;
mod continue_to;
mod dashboard;
mod delete;
mod document;
mod email;
mod event_table;
mod export;
mod home;
mod log_in;
mod mailbox;
mod not_found;
mod overview;
mod password;
mod profile;
mod providers;
mod query;
mod reactivate;
mod register;
mod reset;
mod reset_request;
mod security_log;
mod sessions;
mod stop_email_change;
mod sudo;
