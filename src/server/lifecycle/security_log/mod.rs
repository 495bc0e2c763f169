//! The security log: what happened to an account.
//!
//! Events are appended in the transaction of their action, successes and refusals alike, and never
//! changed. The owner reads their own, and disowns one by **This wasn't me**, which shuts everybody
//! else out.

pub(super) mod disown_event;
pub(super) mod security_log;

pub use self::security_log::{SecurityLog, SecurityLogEntry};
