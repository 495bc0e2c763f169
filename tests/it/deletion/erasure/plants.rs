//! What is planted: every value of a person in a column that holds text or bytes. Which columns
//! those are is asked of the live schema, so that a new one cannot be overlooked.

use std::{
    collections::BTreeSet,
    fmt::{self, Display},
};

use signet::domain::{
    deletion::{
        Strategy,
        erasure::{Class, Column, Fate, TABLES, columns},
    },
    id::{UserId, hex},
};

use super::places::{Files, LiveColumn, Places, live_columns};
use crate::app::TestApp;

/// Columns whose text is one of a closed list of words that says nothing about anybody.
const WORDS: [&str; 9] = [
    "signet_api_tokens.scope",
    "signet_email_changes.state",
    "signet_events.actor",
    "signet_events.event",
    "signet_events.failure",
    "signet_exports.state",
    "signet_letters.kind",
    "signet_mail_links.purpose",
    "signet_provider_attempts.ask",
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

impl Display for Plant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.column, self.value)
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

    /// Those that a search does not find where they were planted. On PostgreSQL there are no files to look into.
    pub fn lost(&self, places: &Places, files: &Files, is_postgres: bool) -> Vec<String> {
        let is_lost =
            |plant: &&Plant| !places.with(plant).contains(&plant.column) || !is_postgres && !files.have(plant);
        self.found.iter().filter(is_lost).map(Plant::to_string).collect()
    }

    /// Those that stand somewhere else than where the manifest keeps them, or not there.
    pub fn astray(&self, before: &Places, after: &Places, strategy: Strategy) -> Vec<String> {
        let astray = self.found.iter().filter_map(|plant| {
            let found = after.with(plant);
            let kept = kept(before.with(plant), strategy);
            (found != kept).then(|| format!("{plant} is in {found:?}, kept in {kept:?}"))
        });
        astray.collect()
    }

    /// Those that the manifest keeps somewhere.
    pub fn kept(&self, before: &Places, strategy: Strategy) -> Vec<String> {
        let is_kept = |plant: &&Plant| !kept(before.with(plant), strategy).is_empty();
        self.found.iter().filter(is_kept).map(Plant::to_string).collect()
    }

    /// Those that stand in a file.
    pub fn found_in(&self, files: &Files) -> Vec<String> {
        self.found.iter().filter(|plant| files.have(plant)).map(Plant::to_string).collect()
    }

    /// Columns that hold text, or could, in which nothing is planted.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}

/// Of the places where something stood, those that the manifest keeps.
fn kept(mut places: BTreeSet<String>, strategy: Strategy) -> BTreeSet<String> {
    let is_kept = |place: &String, table: &str, column: &Column| {
        *place == format!("{table}.{}", column.name) && matches!(column.fate(strategy), Fate::Kept(_))
    };
    places.retain(|place| columns().any(|(table, column)| is_kept(place, table, column)));
    places
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
        "signet_users" => Some("id"),
        _ => of_table.contains("user_id").then_some("user_id"),
    }
}

async fn values(app: &TestApp, column: &LiveColumn, user: &UserId) -> Vec<String> {
    let Some(owner) = owner(&column.table) else { return Vec::new() };
    let (table, name) = (&column.table, &column.name);
    let sql = format!("SELECT DISTINCT \"{name}\" FROM {table} WHERE {owner} = '{user}' AND \"{name}\" <> ''");
    app.rows(&sql).await.into_iter().map(|value| value.to_lowercase()).collect()
}
