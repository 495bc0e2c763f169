//! The security log: what happened to an account.
//!
//! Events are appended in the transaction of their action, successes and refusals alike, and never
//! changed. The owner reads their own, and disowns one by **This wasn't me**, which shuts everybody
//! else out.

pub(super) mod disown_event;
mod list_events;

pub use self::list_events::{SecurityLog, SecurityLogEntry};
