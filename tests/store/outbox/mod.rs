//! Outbox: every statement.

mod letters;
