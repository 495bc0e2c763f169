//! The security log: what happened to an account.
//!
//! An action appends its event in its own transaction, on success and on refusal; events never change. The owner
//! reads their own log, and disowns an event with **This wasn't me**, which ends all other access.

pub(super) mod disown_event;
mod find_event;
mod list_events;

pub use self::list_events::{SecurityLog, SecurityLogEntry};
