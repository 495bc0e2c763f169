//! Deletion: every statement.

mod clock;
mod deletion;
mod erasure;
mod erasure_ledgers;
mod ledger;
