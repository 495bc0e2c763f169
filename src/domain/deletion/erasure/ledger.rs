//! The ledger of erasures: what was erased and when, kept apart from the database and its
//! backups, so that a restored database can be told, and whoever was erased since is erased
//! again.
//!
//! Entries are numbered, and the database counts in the erasing transaction itself how many it
//! has carried out: one that has carried out fewer than its ledger holds is a copy from before.

use crate::domain::{deletion::Strategy, time::Timestamp};

/// An account in the ledger: a keyed hash of its id, which says nothing without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject(pub [u8; 32]);

/// Which key made a [`Subject`]: the beginning of a MAC that serves nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyMark(pub [u8; 8]);

/// One erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place, counted from 1.
    pub number: i64,
    /// Whose.
    pub subject: Subject,
    /// By which key the hash was made.
    pub key_mark: KeyMark,
    /// How it was done, and is to be done again.
    pub strategy: Strategy,
    /// When.
    pub erased_at: Timestamp,
}

/// How a database stands to a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerStatus {
    /// They have nothing to do with each other yet, and the ledger is empty.
    New,
    /// The database has carried out what another ledger holds, and has never heard of this one.
    Stranger,
    /// Whatever the ledger holds was erased.
    Current,
    /// The database is older than the ledger: it may hold people who were erased.
    Behind {
        /// Entries that the database has carried out.
        carried_out: i64,
        /// Entries that the ledger holds.
        held: i64,
    },
}

impl LedgerStatus {
    /// How a database that has carried out so many entries (`None`: it has never heard of the
    /// ledger, but perhaps of others) stands to a ledger with so many certain ones.
    #[must_use]
    pub fn of(carried_out: Option<i64>, knows_another: bool, held: i64) -> Self {
        match carried_out {
            None if knows_another => Self::Stranger,
            None if held == 0 => Self::New,
            Some(carried_out) if carried_out >= held => Self::Current,
            carried_out => Self::Behind { carried_out: carried_out.unwrap_or(0), held },
        }
    }

    /// Whether people who were erased may be in the database: nobody is to be served from it.
    #[must_use]
    pub const fn is_doubtful(self) -> bool {
        matches!(self, Self::Stranger | Self::Behind { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_behind_from_the_first_entry_that_it_lacks() {
        let behind = |carried_out, held| LedgerStatus::Behind { carried_out, held };
        let cases = [
            (None, false, 0, LedgerStatus::New),
            (None, false, 1, behind(0, 1)),
            (None, true, 0, LedgerStatus::Stranger),
            (None, true, 1, LedgerStatus::Stranger),
            (Some(0), true, 0, LedgerStatus::Current),
            (Some(4), true, 5, behind(4, 5)),
            (Some(5), false, 5, LedgerStatus::Current),
            // The newest entry is not certain yet, or the ledger itself is a copy from before.
            (Some(6), false, 5, LedgerStatus::Current),
        ];
        for (carried_out, knows_another, held, standing) in cases {
            let found = LedgerStatus::of(carried_out, knows_another, held);
            assert_eq!(found, standing, "{carried_out:?} of {held}, another: {knows_another}");
            assert_eq!(found.is_doubtful(), !matches!(found, LedgerStatus::New | LedgerStatus::Current));
        }
    }
}
