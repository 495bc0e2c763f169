//! The security log, and its table.

pub(super) mod event_table;
pub(super) mod log;
