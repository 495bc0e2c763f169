//! The rows of an account, column by column as the manifest names them, and what has happened to them since.

use std::collections::BTreeMap;

use signet::{
    domain::{
        deletion::{
            Strategy,
            erasure::{Column, Fate, TABLES, Table},
        },
        id::UserId,
    },
    testing::TestApp,
};

use super::plants::owner;

/// Columns that are empty until the account is deleted, and that the test compares nevertheless.
const EMPTY: [&str; 3] = ["signet_users.anonymized_at", "signet_users.deleted_at", "signet_users.hard_deleted_at"];
/// The database's text for an empty value.
const NULL: &str = "NULL";

/// The rows of an account, and those that belong to no account.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows(BTreeMap<&'static str, Vec<Vec<String>>>);

impl Rows {
    /// The rows as they are now.
    pub async fn of(app: &TestApp, user: &UserId) -> Self {
        let mut rows = BTreeMap::new();
        for table in &TABLES {
            let of_user = owner(table.name).map_or("1 = 1".to_owned(), |owner| format!("{owner} = '{user}'"));
            rows.insert(table.name, read(app, table, &of_user).await);
        }
        Self(rows)
    }

    /// Only the rows that belong to an account.
    pub fn owned(mut self) -> Self {
        self.0.retain(|table, _| owner(table).is_some());
        self
    }

    /// Columns without a value that the deletion could remove or keep.
    pub fn unseen(&self) -> Vec<String> {
        let is_unseen = |table: &Table, at: usize| self.0[table.name].iter().all(|row| row[at] == NULL);
        let columns = TABLES.iter().flat_map(|table| (0..table.columns.len()).map(move |at| (table, at)));
        let unseen = columns.filter(|(table, at)| is_unseen(table, *at));
        let names = unseen.map(|(table, at)| format!("{}.{}", table.name, table.columns[at].name));
        names.filter(|name| !EMPTY.contains(&name.as_str())).collect()
    }

    /// Where an executed deletion differs from what the manifest says of `strategy`.
    pub async fn breaches(&self, app: &TestApp, user: &UserId, strategy: Strategy) -> Vec<String> {
        let mut breaches = Vec::new();
        for table in &TABLES {
            let (key, before) = (table.columns[0].name, &self.0[table.name]);
            let keys: Vec<_> = before.iter().map(|row| format!("'{}'", row[0])).collect();
            let or_owned = owner(table.name).map(|owner| format!(" OR {owner} = '{user}'")).unwrap_or_default();
            let of_account = format!("CAST({key} AS TEXT) IN ({}){or_owned}", keys.join(", "));
            let after = read(app, table, &of_account).await;
            for (at, column) in table.columns.iter().enumerate() {
                let found = breach(before, &after, at, column.fate(strategy));
                breaches.extend(found.map(|what| format!("{}.{}: {what}", table.name, column.name)));
            }
        }
        breaches
    }
}

/// The rows that meet a condition, with a value for each column of the manifest.
async fn read(app: &TestApp, table: &Table, condition: &str) -> Vec<Vec<String>> {
    let name = |column: &Column| format!("\"{}\"", column.name);
    let names = table.columns.iter().map(name).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT {names} FROM {} WHERE {condition} ORDER BY 1, 2", table.name);
    let rows = app.rows(&sql).await.into_iter();
    let rows: Vec<Vec<String>> = rows.map(|row| row.split('|').map(str::to_owned).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == table.columns.len()), "{}: {rows:?}", table.name);
    rows
}

/// The breach in the column at `at`, if there is one.
fn breach(before: &[Vec<String>], after: &[Vec<String>], at: usize, fate: Fate) -> Option<String> {
    if fate == Fate::RowRemoved {
        return (!after.is_empty()).then(|| format!("{fate:?}, but {} rows are there", after.len()));
    }
    let mut kept = before.iter();
    kept.find_map(|old| {
        let Some(new) = after.iter().find(|new| new[0] == old[0]) else {
            return Some(format!("{fate:?}, but the row is gone"));
        };
        let (old, new) = (&old[at], &new[at]);
        let is_right = match fate {
            Fate::Cleared => new == NULL,
            Fate::Set(_) => new != NULL && new != old,
            Fate::Kept(_) => new == old,
            Fate::RowRemoved => false,
        };
        (!is_right).then(|| format!("{fate:?}, but it was {old} and is {new}"))
    })
}
