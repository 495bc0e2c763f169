//! The tables as one list of columns, and what an export leaves out of them.

use super::{Column, PREFIX, TABLES};

/// Something that a person's export leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Omission {
    /// The table, without [`PREFIX`].
    pub section: &'static str,
    /// The column.
    pub column: &'static str,
    /// Why the export leaves it out.
    pub reason: &'static str,
}

/// Every column, with its table.
pub fn columns() -> impl Iterator<Item = (&'static str, &'static Column)> {
    TABLES.iter().flat_map(|table| table.columns.iter().map(|column| (table.name, column)))
}

/// Every omission of a person's export, in the order of the tables.
pub fn omissions() -> impl Iterator<Item = Omission> {
    columns().filter_map(|(table, column)| {
        column.omission().map(|reason| Omission {
            section: table.strip_prefix(PREFIX).unwrap_or(table),
            column: column.name,
            reason,
        })
    })
}
