//! Where a value stands: in which column of which table, in any account's row, and in which file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use signet::{
    domain::{
        deletion::erasure::{Database, FOREIGN},
        id::hex,
    },
    testing::TestApp,
};

use super::plants::Plant;

/// A column of the live database.
pub struct LiveColumn {
    schema: String,
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Whether it holds text or bytes.
    pub has_text: bool,
}

/// The contents of every column of every table, in lower case.
pub struct Places(BTreeMap<String, String>);

/// The contents of the data folder, and of the database's files on SQLite.
pub struct Files(Vec<File>);

struct File {
    name: String,
    /// In lower case, as far as it is text.
    text: String,
    digits: String,
}

impl LiveColumn {
    /// `table.column`.
    pub fn place(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// Whether its table belongs to Signet.
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
    /// The columns as they are now.
    pub async fn of(app: &TestApp) -> Self {
        let mut places = BTreeMap::new();
        for column in live_columns(app).await {
            let LiveColumn { schema, table, name, .. } = &column;
            let lines = app.rows(&format!("SELECT \"{name}\" FROM \"{schema}\".\"{table}\"")).await;
            places.insert(column.place(), lines.join("\n").to_lowercase());
        }
        Self(places)
    }

    /// The places of a plant, as `table.column`.
    pub fn with(&self, plant: &Plant) -> BTreeSet<String> {
        let has = |text: &String| plant.forms().iter().any(|form| text.contains(form.as_str()));
        self.0.iter().filter(|(_, text)| has(text)).map(|(place, _)| place.clone()).collect()
    }
}

impl Files {
    /// The files as they are now, with the write-ahead log.
    pub fn of(app: &TestApp) -> Self {
        let mut files = Vec::new();
        read_all(app.exports_folder().parent().unwrap(), &mut files);
        if !app.db.is_postgres() {
            let database = Path::new(app.db.url().strip_prefix("sqlite://").unwrap());
            read_all(database.parent().unwrap(), &mut files);
        }
        Self(files)
    }

    /// Whether one of the files contains a plant.
    pub fn have(&self, plant: &Plant) -> bool {
        let [text, digits] = plant.forms();
        self.0.iter().any(|file| file.text.contains(&text) || file.digits.contains(&digits))
    }

    /// The names of all.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|file| file.name.clone()).collect()
    }

    /// The names that contain this part.
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
