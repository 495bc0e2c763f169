//! The ledger of erasures records which accounts were erased, and when. It lies outside the database and its
//! backups. After an operator restores a backup, Signet reads in the ledger which accounts were erased since, and
//! erases them again.
//!
//! The entries are numbered. The erasing transaction also counts, in the database, how many entries the database
//! has carried out. A database that has carried out fewer entries than its ledger holds is an older copy.

use crate::domain::{deletion::Strategy, time::Timestamp};

/// An account in the ledger: a keyed hash of its id, which says nothing without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject(pub [u8; 32]);

/// Says which key made a [`Subject`]: the first bytes of a MAC with that key, used for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyMark(pub [u8; 8]);

/// One erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number of the entry, counted from 1.
    pub number: i64,
    /// The account.
    pub subject: Subject,
    /// The key that made the hash.
    pub key_mark: KeyMark,
    /// The strategy of the erasure; a replay uses the same one.
    pub strategy: Strategy,
    /// When the account was erased.
    pub erased_at: Timestamp,
}

/// How the entries of a ledger compare with the erasures in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerStatus {
    /// The database has never used a ledger, and this ledger is empty.
    New,
    /// The database has used another ledger, and never this one.
    Stranger,
    /// The database has carried out every entry of the ledger.
    Current,
    /// The database is older than the ledger, so it may contain erased accounts.
    Behind {
        /// How many entries the database has carried out.
        carried_out: i64,
        /// How many entries the ledger holds.
        held: i64,
    },
}

impl LedgerStatus {
    /// Compares a database with a ledger. `carried_out` is the number of this ledger's entries that the database
    /// has carried out, `None` if it has never used this ledger; `knows_another` says whether it has used another
    /// one. `held` is the number of confirmed entries in the ledger.
    #[must_use]
    pub fn of(carried_out: Option<i64>, knows_another: bool, held: i64) -> Self {
        match carried_out {
            None if knows_another => Self::Stranger,
            None if held == 0 => Self::New,
            Some(carried_out) if carried_out >= held => Self::Current,
            carried_out => Self::Behind { carried_out: carried_out.unwrap_or(0), held },
        }
    }

    /// Whether the database may contain erased accounts. The server must not serve requests from such a database.
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
            // The newest entry is not confirmed yet, or the ledger itself is an older copy.
            (Some(6), false, 5, LedgerStatus::Current),
        ];
        for (carried_out, knows_another, held, status) in cases {
            let found = LedgerStatus::of(carried_out, knows_another, held);
            assert_eq!(found, status, "{carried_out:?} of {held}, another: {knows_another}");
            assert_eq!(found.is_doubtful(), !matches!(found, LedgerStatus::New | LedgerStatus::Current));
        }
    }
}
