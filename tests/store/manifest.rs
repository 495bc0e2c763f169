//! Compares the manifest with the live schema: an undeclared column fails, and so does a declared column that does
//! not exist.

use std::collections::BTreeSet;

use signet::{
    domain::deletion::erasure::{Database, FOREIGN, columns},
    testing::TestDb,
};

const SQLITE: &str = "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c \
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
const POSTGRES: &str = "SELECT c.table_name, c.column_name FROM information_schema.columns c \
     JOIN information_schema.tables t USING (table_schema, table_name) \
     WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema') AND t.table_type = 'BASE TABLE'";

/// Every `table|column` of Signet in the database, and every other table.
async fn live(db: &TestDb) -> (BTreeSet<String>, BTreeSet<String>) {
    let (database, sql) = if db.is_postgres() { (Database::Postgres, POSTGRES) } else { (Database::Sqlite, SQLITE) };
    let foreign = |table: &str| FOREIGN.iter().any(|(of, name, _)| *of == database && *name == table);
    let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
    for row in db.rows(sql).await {
        let table = row.split('|').next().unwrap();
        if foreign(table) {
            others.insert(table.to_owned());
        } else {
            own.insert(row);
        }
    }
    (own, others)
}

/// The differences between the manifest and a database, in both directions.
async fn differences(db: &TestDb) -> Vec<String> {
    let declared: BTreeSet<String> = columns().map(|(table, column)| format!("{table}|{}", column.name)).collect();
    let (own, _) = live(db).await;
    let undeclared = own.difference(&declared).map(|column| format!("not declared: {column}"));
    let missing = declared.difference(&own).map(|column| format!("not there: {column}"));
    undeclared.chain(missing).collect()
}

#[tokio::test]
async fn every_column_is_declared_and_every_declared_column_is_there() {
    for db in TestDb::each().await {
        assert_eq!(differences(&db).await, Vec::<String>::new(), "PostgreSQL: {}", db.is_postgres());
        let (_, others) = live(&db).await;
        assert_eq!(others.len(), FOREIGN.len() / 2, "{others:?}");
    }
}

#[tokio::test]
async fn a_new_column_a_new_table_and_a_lost_column_are_noticed() {
    for db in TestDb::each().await {
        db.run("ALTER TABLE signet_users ADD COLUMN phone TEXT").await.unwrap();
        db.run("CREATE TABLE cards (number TEXT)").await.unwrap();
        db.run("ALTER TABLE signet_letters RENAME COLUMN device TO machine").await.unwrap();
        let expected = [
            "not declared: cards|number",
            "not declared: signet_letters|machine",
            "not declared: signet_users|phone",
            "not there: signet_letters|device",
        ];
        assert_eq!(differences(&db).await, expected, "PostgreSQL: {}", db.is_postgres());
    }
}
