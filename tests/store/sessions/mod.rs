//! Sessions: every statement.

mod held_sessions;
mod sessions;
