//! The end of an account: its dates, its erasure, the ledger of erasures, and the record of clock jumps.

pub(super) mod clock;
pub(super) mod deletions;
pub(super) mod erasure;
pub(super) mod erasure_ledgers;
pub(super) mod ledger;
