//! The security log, and its table.

mod event_table;
pub(super) mod page;
mod place;
