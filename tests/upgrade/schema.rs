//! A database that was taken over has the schema of a new one, and is taken over only once.

use std::collections::BTreeSet;

use signet::{
    domain::id::LedgerId,
    server::store::{Db, Ledger},
    testing::TestDb,
};

use crate::site::{database, ledger, on_each};

/// The schema as SQLite describes it: columns, indexes, references, and statements without their spelling.
const SQLITE: [&str; 4] = [
    "SELECT 'column', t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk \
     FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
    "SELECT 'index', t.name, CASE i.origin WHEN 'c' THEN i.name END, i.\"unique\", i.partial, i.origin, \
     (SELECT group_concat(name) FROM pragma_index_info(i.name)) \
     FROM sqlite_master t JOIN pragma_index_list(t.name) i WHERE t.type = 'table'",
    "SELECT 'reference', t.name, f.\"from\", f.\"table\", f.\"to\", f.on_update, f.on_delete \
     FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
    "SELECT type, name, tbl_name, CASE type WHEN 'table' THEN '' ELSE sql END FROM sqlite_master",
];

/// Where SQLite says what a table checks, which it tells nowhere else.
const SQLITE_TABLES: &str = "SELECT name, sql FROM sqlite_master WHERE type = 'table'";

/// What PostgreSQL tells of it, without what belongs to an extension.
const POSTGRES: [&str; 6] = [
    "SELECT 'column', table_schema, table_name, column_name, data_type, is_nullable, column_default, is_identity \
     FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
    "SELECT 'index', schemaname, tablename, indexdef FROM pg_indexes \
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    "SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint \
     WHERE connamespace = 'public'::regnamespace",
    "SELECT 'trigger', tgrelid::regclass, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function', p.oid::regprocedure, pg_get_functiondef(p.oid) FROM pg_proc p \
     JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') \
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    "SELECT 'sequence', sequence_schema, sequence_name, data_type FROM information_schema.sequences",
];

/// The history of the old program stays, so that it does not run its migrations again.
const HISTORY: &str = "_sqlx_migrations";

/// Removes differences of spelling: quotes, case and spaces.
fn plain(line: &str) -> String {
    let line = line.to_lowercase().replace(['"', '\''], "");
    line.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(" )", ")")
}

/// What a table checks, each with its number among those that say the same.
fn checks(table: &str) -> Vec<String> {
    let (name, statement) = table.split_once('|').unwrap();
    let mut checks: Vec<String> = Vec::new();
    for (at, _) in statement.match_indices("CHECK (") {
        let check = plain(&format!("check|{name}|{}", in_brackets(&statement[at + "CHECK ".len()..])));
        let same = checks.iter().filter(|other| other.starts_with(&check)).count();
        checks.push(format!("{check}|{same}"));
    }
    checks
}

/// The beginning of a text, up to the bracket that closes its first one.
fn in_brackets(text: &str) -> &str {
    let mut open = 0;
    let end = text.char_indices().find(|(_, letter)| {
        open += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    &text[..=end.unwrap().0]
}

/// What it tells of its schema, but for the old program's history.
pub async fn schema(db: &TestDb) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let queries: &[&str] = if db.is_postgres() { &POSTGRES } else { &SQLITE };
    for query in queries {
        lines.extend(db.rows(query).await.iter().map(|line| plain(line)));
    }
    if !db.is_postgres() {
        lines.extend(db.rows(SQLITE_TABLES).await.iter().flat_map(|table| checks(table)));
    }
    lines.retain(|line| !line.contains(HISTORY));
    lines
}

/// The lines that only one of the two schemas has.
async fn differences(adopted: &TestDb, fresh: &TestDb, at_least: usize) -> Vec<String> {
    let name = if adopted.is_postgres() { "PostgreSQL" } else { "SQLite" };
    let (adopted, fresh) = (schema(adopted).await, schema(fresh).await);
    assert!(fresh.len() > at_least && fresh.iter().any(|line| line.contains("check")), "{fresh:#?}");
    let left = adopted.difference(&fresh).map(|line| format!("{name}, left: {line}"));
    left.chain(fresh.difference(&adopted).map(|line| format!("{name}, missing: {line}"))).collect()
}

#[tokio::test]
async fn a_database_that_was_taken_over_has_the_schema_of_a_fresh_one() {
    let mut found = Vec::new();
    for name in ["sqlite", "postgres"] {
        let Some(adopted) = database(name).await else { continue };
        adopted.db.migrate().await.unwrap();
        let fresh = if adopted.is_postgres() { TestDb::postgres().await.unwrap() } else { TestDb::sqlite().await };
        found.extend(differences(&adopted, &fresh, 150).await);
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn a_ledger_that_was_taken_over_has_the_schema_of_a_fresh_one() {
    let mut found = Vec::new();
    for name in ["sqlite", "postgres"] {
        let Some(adopted) = ledger(name).await else { continue };
        let empty = TestDb::postgres_from("").await.filter(|_| adopted.is_postgres());
        let fresh = match empty {
            Some(empty) => empty,
            None => TestDb::sqlite_from("").await,
        };
        for (db, entries) in [(&adopted, 4), (&fresh, 0)] {
            let opened = Ledger::at(db.url().into(), LedgerId::from_random([7; 16]));
            assert_eq!(opened.held().await.unwrap(), entries, "{name}");
            opened.close().await;
        }
        found.extend(differences(&adopted, &fresh, 10).await);
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn a_second_start_changes_nothing() {
    on_each(async |site| {
        let app = site.app();
        let (rows, schema) = (app.dump().await, self::schema(&app.db).await);
        let again = Db::open(app.db.url()).await.unwrap();
        assert!(again.is_ready().await.unwrap());
        again.close().await;
        assert_eq!(app.dump().await, rows);
        assert_eq!(self::schema(&app.db).await, schema);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_start_together_take_it_over_once() {
    for name in ["sqlite", "postgres"] {
        let Some(old) = database(name).await else { continue };
        let events = old.rows("SELECT COUNT(*) FROM events").await;
        let (first, second) = tokio::join!(Db::open(old.url()), Db::open(old.url()));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first.is_ready().await.unwrap() && second.is_ready().await.unwrap());
        assert_eq!(old.rows("SELECT COUNT(*) FROM signet_events").await, events);
        first.close().await;
        second.close().await;
    }
}
