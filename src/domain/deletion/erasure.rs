//! The manifest: every column that Signet keeps, what it says about a person, whether the
//! person's export has it, and what deleting the account does to it.
//!
//! A test holds it against the live schema of both databases, so a new column has to be
//! declared here. The export's list of omissions is made from it, and a test looks that what
//! is declared as exported has its place in the document. Another erases accounts and looks
//! that every column comes to what is declared. `docs/DATA.md` is printed from it.

pub mod ledger;
mod manifest;
mod tables;

pub use self::{
    manifest::{Omission, columns, omissions},
    tables::TABLES,
};
use super::Strategy;

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Says something about a person.
    Identifies,
    /// Proves who somebody is, or can be turned into what does.
    Credential,
    /// Leads to a person's other rows.
    Refers,
    /// Keeps the program going.
    Operational,
}

/// Whether a person's export has it. A place is a path in the document, such as
/// `sessions[].ip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// As it is, at this place.
    Exported(&'static str),
    /// At this place, but not all of it: what is left out, and why.
    InPart(&'static str, &'static str),
    /// Not at all: why.
    Omitted(&'static str),
}

/// What deleting the account does to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The row stays, without it.
    Cleared,
    /// The row goes.
    RowRemoved,
    /// The row stays, and it is written anew: with what.
    Set(&'static str),
    /// It stays as it was: why it may.
    Kept(&'static str),
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub class: Class,
    /// Whether a person's export has it.
    pub export: Export,
    anonymize: Fate,
    soft_delete: Fate,
    hard_delete: Fate,
}

/// What the name of every table begins with, since a host may keep tables of its own beside them.
pub const PREFIX: &str = "signet_";

/// One table, with all of its columns.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What it is, as a sentence.
    pub about: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
}

/// Tables of others, as a whole: `(database, table, what is in it)`. Their columns are their
/// owners' business.
pub const FOREIGN: [(Database, &str, &str); 2] = [
    (Database::Sqlite, "signet_migrations", "which migrations have run"),
    (Database::Postgres, "signet_migrations", "which migrations have run"),
];

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

impl Column {
    /// What deleting an account by `strategy` does to it.
    #[must_use]
    pub const fn fate(&self, strategy: Strategy) -> Fate {
        match strategy {
            Strategy::Anonymize => self.anonymize,
            Strategy::SoftDelete => self.soft_delete,
            Strategy::HardDelete => self.hard_delete,
        }
    }

    /// What an export leaves out of it, if anything.
    #[must_use]
    pub const fn omission(&self) -> Option<&'static str> {
        match self.export {
            Export::Exported(_) => None,
            Export::InPart(_, reason) | Export::Omitted(reason) => Some(reason),
        }
    }

    /// Where in the export it stands, if anywhere.
    #[must_use]
    pub const fn place(&self) -> Option<&'static str> {
        match self.export {
            Export::Exported(place) | Export::InPart(place, _) => Some(place),
            Export::Omitted(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
