//! The security log, and its table.

mod event_table;
pub(super) mod page;
pub(super) mod place;
