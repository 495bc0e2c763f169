//! The end of an account: scheduled, cancelled, executed.
//!
//! A scheduled deletion closes the account at once and promises a date that comes no nearer. Until
//! then its owner comes back by signing in. When the date has come a worker applies the strategy in
//! one transaction, and the ledger of erasures, kept apart from the database, remembers it. Nothing
//! is erased while the clock or the database is in doubt.

pub(super) mod cancel_deletion;
pub(super) mod delete_page;
pub(super) mod erase;
pub(super) mod erasure_ledger;
pub(super) mod execute_deletion;
pub(super) mod postpone_deletions;
pub(super) mod replay_erasures;
pub(super) mod schedule_deletion;

pub use self::{
    delete_page::DeletePage,
    execute_deletion::Execution,
    replay_erasures::{Concessions, Replay, Replayed},
};
