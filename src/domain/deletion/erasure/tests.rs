use std::collections::HashSet;

use super::*;

const STRATEGIES: [Strategy; 3] = [Strategy::Anonymize, Strategy::SoftDelete, Strategy::HardDelete];

#[test]
fn every_column_and_every_place_stands_once() {
    let mut seen = HashSet::new();
    let mut places = HashSet::new();
    for (table, column) in columns() {
        assert!(seen.insert((table, column.name)), "{table}.{}", column.name);
        assert!(column.place().is_none_or(|place| places.insert(place)), "{table}.{}", column.name);
    }
}

#[test]
fn no_credential_is_exported() {
    for (table, column) in columns().filter(|(_, column)| column.class == Class::Credential) {
        assert!(column.omission().is_some(), "{table}.{}", column.name);
        for strategy in STRATEGIES {
            let fate = column.fate(strategy);
            assert!(!matches!(fate, Fate::Kept(_) | Fate::Set(_)), "{table}.{} outlives its account", column.name);
        }
    }
}

/// The columns that stay must not identify the person.
#[test]
fn nothing_that_says_who_somebody_is_outlives_them() {
    for (table, column) in columns().filter(|(_, column)| column.class == Class::Identifies) {
        for strategy in [Strategy::Anonymize, Strategy::HardDelete] {
            assert!(!matches!(column.fate(strategy), Fate::Kept(_) | Fate::Set(_)), "{table}.{}", column.name);
        }
    }
}

#[test]
fn a_row_goes_with_all_of_its_columns() {
    for table in &TABLES {
        for strategy in STRATEGIES {
            let removed = |column: &&Column| column.fate(strategy) == Fate::RowRemoved;
            let count = table.columns.iter().filter(removed).count();
            assert!(count == 0 || count == table.columns.len(), "{}", table.name);
        }
    }
}

#[test]
fn every_reason_is_a_phrase() {
    for (table, column) in columns() {
        let kept = STRATEGIES.into_iter().filter_map(|strategy| match column.fate(strategy) {
            Fate::Kept(reason) | Fate::Set(reason) => Some(reason),
            Fate::Cleared | Fate::RowRemoved => None,
        });
        for reason in column.omission().into_iter().chain(kept) {
            assert!(reason.len() > 8 && !reason.ends_with('.'), "{table}.{}: {reason}", column.name);
        }
    }
    for table in &TABLES {
        assert!(table.about.ends_with('.'), "{}: {}", table.name, table.about);
    }
}
