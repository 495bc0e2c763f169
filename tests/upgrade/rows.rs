//! Taking the database over changes no row: each keeps its values in the columns that still exist.

use signet::testing::TestDb;

use crate::site::database;

/// The tables of the job queue, and the old program's own history.
const OTHERS: [&str; 4] = ["Jobs", "Workers", "sqlite_sequence", "_sqlx_migrations"];

async fn tables(db: &TestDb) -> Vec<String> {
    let sql = if db.is_postgres() {
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    };
    let mut tables = db.rows(sql).await;
    tables.retain(|table| !OTHERS.contains(&table.as_str()));
    tables
}

async fn columns(db: &TestDb, table: &str) -> Vec<String> {
    let sql = if db.is_postgres() {
        format!("SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY 1")
    } else {
        format!("SELECT name FROM pragma_table_info('{table}') ORDER BY 1")
    };
    db.rows(&sql).await
}

async fn values(db: &TestDb, table: &str, columns: &[String]) -> Vec<String> {
    let mut rows = db.rows(&format!("SELECT {} FROM {table}", columns.join(", "))).await;
    rows.sort();
    rows
}

#[tokio::test]
async fn every_row_of_every_table_is_as_it_was() {
    for name in ["sqlite", "postgres"] {
        let (Some(old), Some(new)) = (database(name).await, database(name).await) else { continue };
        new.db.migrate().await.unwrap();
        let tables = tables(&old).await;
        assert_eq!(tables.len(), 15, "{tables:?}");
        for table in tables {
            let (there, renamed) = (columns(&old, &table).await, format!("signet_{table}"));
            let mut both = columns(&new, &renamed).await;
            both.retain(|column| there.contains(column));
            let rows = values(&old, &table, &both).await;
            assert!(!rows.is_empty() && both.len() > 1, "{name}: {table} {both:?}");
            assert_eq!(rows, values(&new, &renamed, &both).await, "{name}: {table}");
        }
    }
}
