//! The end of an account: scheduled, cancelled, executed.
//!
//! A scheduled deletion closes the account at once and promises a date, which no action makes earlier. Until then the
//! owner can cancel the deletion: signed in, by the link in the letter about it, or by resetting the password. On that
//! date a worker applies the strategy in one transaction, and records the erasure in a ledger outside the database. The
//! worker erases nothing while the clock or the database is in doubt.

pub(super) mod cancel_deletion;
mod cancel_deletion_by_operator;
pub(super) mod delete_page;
pub(super) mod erase;
pub(super) mod erasure_ledger;
pub(super) mod execute_deletion;
pub(super) mod keep_account;
pub(super) mod postpone_deletions;
pub(super) mod replay_erasures;
pub(super) mod schedule_deletion;
mod schedule_deletion_by_operator;

pub use self::{
    delete_page::DeletePage,
    execute_deletion::Execution,
    replay_erasures::{Concessions, Replay, Replayed},
};
