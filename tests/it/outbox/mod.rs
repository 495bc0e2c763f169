//! Outbox: every action, driven as a browser drives it.

mod languages;
mod letters;
mod mail_outcomes;
pub mod mail_server;
mod workers;
