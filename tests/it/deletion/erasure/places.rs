//! Where something stands: in which column of which table, whosever it is, and in which file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use signet::domain::{
    deletion::erasure::{Database, FOREIGN},
    id::hex,
};

use super::plants::Plant;
use crate::app::TestApp;

/// A column of the database as it is.
pub struct LiveColumn {
    schema: String,
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Whether it holds text or bytes.
    pub has_text: bool,
}

/// All that stands in every column of every table, in small letters.
pub struct Places(BTreeMap<String, String>);

/// All that lies in the data folder, and the files of the database where it is SQLite.
pub struct Files(Vec<File>);

struct File {
    name: String,
    /// In small letters, as far as it is text.
    text: String,
    digits: String,
}

impl LiveColumn {
    /// `table.column`.
    pub fn place(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// Whether its table is Signet's.
    pub fn is_own(&self) -> bool {
        let database = if self.schema == "main" { Database::Sqlite } else { Database::Postgres };
        !self.table.starts_with("sqlite_")
            && !FOREIGN.iter().any(|(of, name, _)| *of == database && *name == self.table)
    }
}

/// Every column of every table there is.
pub async fn live_columns(app: &TestApp) -> Vec<LiveColumn> {
    let sql = if app.db.is_postgres() {
        "SELECT c.table_schema, c.table_name, c.column_name, c.data_type IN ('text', 'bytea') \
         FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
         WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')"
    } else {
        "SELECT 'main', t.name, c.name, CASE WHEN c.type IN ('TEXT', 'BLOB') THEN 't' ELSE 'f' END \
         FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
    };
    let column = |row: String| {
        let parts: Vec<_> = row.split('|').map(str::to_owned).collect();
        let [schema, table, name, has_text] = parts.try_into().unwrap();
        LiveColumn { schema, table, name, has_text: has_text == "t" }
    };
    app.rows(sql).await.into_iter().map(column).collect()
}

impl Places {
    /// As the database is now.
    pub async fn of(app: &TestApp) -> Self {
        let mut places = BTreeMap::new();
        for column in live_columns(app).await {
            let LiveColumn { schema, table, name, .. } = &column;
            let lines = app.rows(&format!("SELECT \"{name}\" FROM \"{schema}\".\"{table}\"")).await;
            places.insert(column.place(), lines.join("\n").to_lowercase());
        }
        Self(places)
    }

    /// Where a plant stands, as `table.column`.
    pub fn with(&self, plant: &Plant) -> BTreeSet<String> {
        let has = |text: &String| plant.forms().iter().any(|form| text.contains(form.as_str()));
        self.0.iter().filter(|(_, text)| has(text)).map(|(place, _)| place.clone()).collect()
    }
}

impl Files {
    /// As they are now, the write-ahead log too.
    pub fn of(app: &TestApp) -> Self {
        let mut files = Vec::new();
        read_all(app.exports_folder().parent().unwrap(), &mut files);
        if !app.db.is_postgres() {
            let database = Path::new(app.db.url().strip_prefix("sqlite://").unwrap());
            read_all(database.parent().unwrap(), &mut files);
        }
        Self(files)
    }

    /// Whether a plant stands in one of them.
    pub fn have(&self, plant: &Plant) -> bool {
        let [text, digits] = plant.forms();
        self.0.iter().any(|file| file.text.contains(&text) || file.digits.contains(&digits))
    }

    /// The names of all.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|file| file.name.clone()).collect()
    }

    /// The names that have this in them.
    pub fn names_with(&self, part: &str) -> Vec<String> {
        self.names().into_iter().filter(|name| name.contains(part)).collect()
    }
}

/// Reads every file in a folder and in those below.
fn read_all(folder: &Path, into: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, into);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        into.push(File { name, text: String::from_utf8_lossy(&bytes).to_lowercase(), digits: hex(&bytes) });
    }
}
