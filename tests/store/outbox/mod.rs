//! Outbox: every statement.

mod jobs;
mod letters;
