//! The manifest lists every column that Signet keeps: what the column says about a person, whether the person's
//! export contains it, and what the deletion of the account does to it.
//!
//! A test compares the manifest with the live schema of both databases, so a new column must be declared here. The
//! export's list of omissions and `docs/DATA.md` are generated from the manifest. Two more tests check it: one
//! finds every exported column at its place in the document, the other erases accounts and compares every column
//! with its declared fate.

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
    /// Proves a person's identity, or an attacker could derive such a proof from it.
    Credential,
    /// Leads to a person's other rows.
    Refers,
    /// Only the program needs it to work.
    Operational,
}

/// Whether a person's export contains the column. A place is a path in the document, such as `sessions[].ip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The whole value, at this place.
    Exported(&'static str),
    /// A part of the value, at this place. The second text says what is left out, and why.
    InPart(&'static str, &'static str),
    /// The export leaves the column out, for this reason.
    Omitted(&'static str),
}

/// What the deletion of the account does to the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The row stays, and the value is cleared.
    Cleared,
    /// The row is deleted.
    RowRemoved,
    /// The row stays, and the deletion writes this new value.
    Set(&'static str),
    /// The value stays, for this reason.
    Kept(&'static str),
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What the column says.
    pub class: Class,
    /// Whether a person's export contains the column.
    pub export: Export,
    anonymize: Fate,
    soft_delete: Fate,
    hard_delete: Fate,
}

/// The prefix of every table's name, because a host may keep tables of its own beside ours.
pub const PREFIX: &str = "signet_";

/// One table, with all of its columns.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What the table holds, as a sentence.
    pub about: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
}

/// Tables that the migration library makes: `(database, table, what is in it)`. The library decides about their
/// columns, so the manifest does not list them.
pub const FOREIGN: [(Database, &str, &str); 2] = [
    (Database::Sqlite, "signet_migrations", "which migrations have run"),
    (Database::Postgres, "signet_migrations", "which migrations have run"),
];

/// One of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The embedded database, SQLite.
    Sqlite,
    /// The database server, PostgreSQL.
    Postgres,
}

impl Column {
    /// What the deletion of an account with `strategy` does to the column.
    #[must_use]
    pub const fn fate(&self, strategy: Strategy) -> Fate {
        match strategy {
            Strategy::Anonymize => self.anonymize,
            Strategy::SoftDelete => self.soft_delete,
            Strategy::HardDelete => self.hard_delete,
        }
    }

    /// The reason why an export leaves out the column or a part of it, if it does.
    #[must_use]
    pub const fn omission(&self) -> Option<&'static str> {
        match self.export {
            Export::Exported(_) => None,
            Export::InPart(_, reason) | Export::Omitted(reason) => Some(reason),
        }
    }

    /// The place of the column in the export, if the export contains it.
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
