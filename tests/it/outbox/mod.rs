//! Outbox: every action, driven as a browser drives it.

mod late_sweeps;
mod letters;
mod mail_outcomes;
