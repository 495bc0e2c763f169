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
pub enum Standing {
    /// They have nothing to do with each other yet, and the ledger is empty.
    New,
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

impl Standing {
    /// How a database that has carried out so many entries (`None`: it has never heard of the
    /// ledger) stands to a ledger with so many certain ones.
    #[must_use]
    pub fn of(carried_out: Option<i64>, held: i64) -> Self {
        match carried_out {
            None if held == 0 => Self::New,
            Some(carried_out) if carried_out >= held => Self::Current,
            carried_out => Self::Behind { carried_out: carried_out.unwrap_or(0), held },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_behind_from_the_first_entry_that_it_lacks() {
        let behind = |carried_out, held| Standing::Behind { carried_out, held };
        let cases = [
            (None, 0, Standing::New),
            (None, 1, behind(0, 1)),
            (Some(0), 0, Standing::Current),
            (Some(4), 5, behind(4, 5)),
            (Some(5), 5, Standing::Current),
            // The newest entry is not certain yet, or the ledger itself is a copy from before.
            (Some(6), 5, Standing::Current),
        ];
        for (carried_out, held, standing) in cases {
            assert_eq!(Standing::of(carried_out, held), standing, "{carried_out:?} of {held}");
        }
    }
}
