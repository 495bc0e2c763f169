//! What is planted: every value of a person in a column that holds text or bytes. Which columns
//! those are is asked of the live schema, so that a new one cannot be overlooked.

use std::collections::BTreeSet;

use signet::domain::{
    erasure::{Class, TABLES, columns},
    id::{UserId, hex},
};

use super::places::{LiveColumn, live_columns};
use crate::app::TestApp;

/// Columns whose text is one of a closed list of words that says nothing about anybody.
const WORDS: [&str; 9] = [
    "api_tokens.scope",
    "email_changes.state",
    "events.actor",
    "events.event",
    "events.failure",
    "exports.state",
    "letters.kind",
    "mail_links.purpose",
    "provider_attempts.ask",
];

/// A value that stands in a column of a person's, in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plant {
    /// `table.column`.
    pub column: String,
    /// Text, or bytes as `\x00ff`.
    pub value: String,
}

/// All of one person.
pub struct Plants {
    found: Vec<Plant>,
    missing: Vec<String>,
}

impl Plant {
    /// As text, and as the digits of its bytes.
    pub fn forms(&self) -> [String; 2] {
        let digits = self.value.strip_prefix("\\x").map_or_else(|| hex(self.value.as_bytes()), str::to_owned);
        [self.value.trim_start_matches("\\x").to_owned(), digits]
    }
}

impl Plants {
    /// Those of an account.
    pub async fn of(app: &TestApp, user: &UserId) -> Self {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for column in live_columns(app).await.into_iter().filter(|column| column.is_own() && column.has_text) {
            let place = column.place();
            if WORDS.contains(&place.as_str()) || is_nobodys(&column) {
                continue;
            }
            let values = values(app, &column, user).await;
            if values.is_empty() {
                missing.push(place.clone());
            }
            found.extend(values.into_iter().map(|value| Plant { column: place.clone(), value }));
        }
        missing.sort();
        Self { found, missing }
    }

    /// Every plant.
    pub fn all(&self) -> &[Plant] {
        &self.found
    }

    /// Columns that hold text, or could, in which nothing is planted.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}

/// Panics when a column of words is declared as something about a person.
pub fn words_are_operational() {
    for word in WORDS {
        let (_, column) = columns().find(|(table, column)| word == format!("{table}.{}", column.name)).unwrap();
        assert_eq!(column.class, Class::Operational, "{word}");
    }
}

/// Whether its table is declared to have nothing of anybody in it.
fn is_nobodys(column: &LiveColumn) -> bool {
    let table = TABLES.iter().find(|table| table.name == column.table);
    table.is_some_and(|table| owner(table.name).is_none())
}

/// The column that says whose a row is; `None` where it is nobody's.
pub fn owner(table: &str) -> Option<&'static str> {
    let of_table: BTreeSet<_> = columns().filter(|(of, _)| *of == table).map(|(_, column)| column.name).collect();
    match table {
        "users" => Some("id"),
        _ => of_table.contains("user_id").then_some("user_id"),
    }
}

async fn values(app: &TestApp, column: &LiveColumn, user: &UserId) -> Vec<String> {
    let Some(owner) = owner(&column.table) else { return Vec::new() };
    let (table, name) = (&column.table, &column.name);
    let sql = format!("SELECT DISTINCT \"{name}\" FROM {table} WHERE {owner} = '{user}' AND \"{name}\" <> ''");
    app.rows(&sql).await.into_iter().map(|value| value.to_lowercase()).collect()
}
