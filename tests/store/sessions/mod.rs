//! Sessions: every statement.

mod held_sessions;
mod replaced_tokens;
mod sessions;
