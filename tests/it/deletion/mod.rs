//! Deletion: every action, driven as a browser drives it.

mod cancel_deletion;
mod confirm_clock;
mod erasure;
mod erasure_ledger;
mod execute_deletion;
mod keep_account;
mod replay_erasures;
mod schedule_deletion;
mod strategies;
