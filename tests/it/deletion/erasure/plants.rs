//! The planted values: every value of a person in a column that holds text or bytes. The live schema says which
//! columns those are, so the test cannot miss a new one.

use std::{
    collections::BTreeSet,
    fmt::{self, Display},
};

use signet::{
    domain::{
        deletion::{
            Strategy,
            erasure::{Class, Column, Fate, TABLES, columns},
        },
        id::{UserId, hex},
    },
    testing::TestApp,
};

use super::places::{Files, LiveColumn, Places, live_columns};

/// Columns whose text is one of a closed list of words and tells nothing about a person.
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

/// A value in a column of a person's row, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plant {
    /// `table.column`.
    pub column: String,
    /// Text, or bytes as `\x00ff`.
    pub value: String,
}

/// All values of one person.
pub struct Plants {
    found: Vec<Plant>,
    missing: Vec<String>,
}

impl Plant {
    /// As text, and as the hexadecimal digits of its bytes.
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
    /// The values of an account.
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

    /// The values that a search does not find where they were planted. On PostgreSQL there are no files to search.
    pub fn lost(&self, places: &Places, files: &Files, is_postgres: bool) -> Vec<String> {
        let is_lost =
            |plant: &&Plant| !places.with(plant).contains(&plant.column) || !is_postgres && !files.have(plant);
        self.found.iter().filter(is_lost).map(Plant::to_string).collect()
    }

    /// The values that stand in a place where the manifest does not keep them, or are missing where it does.
    pub fn astray(&self, before: &Places, after: &Places, strategy: Strategy) -> Vec<String> {
        let astray = self.found.iter().filter_map(|plant| {
            let found = after.with(plant);
            let kept = kept(before.with(plant), strategy);
            (found != kept).then(|| format!("{plant} is in {found:?}, kept in {kept:?}"))
        });
        astray.collect()
    }

    /// The values that the manifest keeps in at least one place.
    pub fn kept(&self, before: &Places, strategy: Strategy) -> Vec<String> {
        let is_kept = |plant: &&Plant| !kept(before.with(plant), strategy).is_empty();
        self.found.iter().filter(is_kept).map(Plant::to_string).collect()
    }

    /// The values that a file contains.
    pub fn found_in(&self, files: &Files) -> Vec<String> {
        self.found.iter().filter(|plant| files.have(plant)).map(Plant::to_string).collect()
    }

    /// Columns that hold text, or could, in which no value is planted.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}

/// The places that the manifest keeps, among those where a value stood.
fn kept(mut places: BTreeSet<String>, strategy: Strategy) -> BTreeSet<String> {
    let is_kept = |place: &String, table: &str, column: &Column| {
        *place == format!("{table}.{}", column.name) && matches!(column.fate(strategy), Fate::Kept(_))
    };
    places.retain(|place| columns().any(|(table, column)| is_kept(place, table, column)));
    places
}

/// Panics if the manifest declares a column of words as data about a person.
pub fn words_are_operational() {
    for word in WORDS {
        let (_, column) = columns().find(|(table, column)| word == format!("{table}.{}", column.name)).unwrap();
        assert_eq!(column.class, Class::Operational, "{word}");
    }
}

/// Whether the manifest declares that its table belongs to no account.
fn is_nobodys(column: &LiveColumn) -> bool {
    let table = TABLES.iter().find(|table| table.name == column.table);
    table.is_some_and(|table| owner(table.name).is_none())
}

/// The column that names the row's account; `None` if the row belongs to none.
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
