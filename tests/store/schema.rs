//! The same schema in two databases, and what it refuses by itself.

use std::{collections::BTreeSet, path::Path};

use signet::testing::TestDb;

use crate::fixture::{closed, on_each, verified};

/// Asks both databases the same question, each in its own SQL; the answers must be equal.
async fn same_in_both(sqlite: &str, postgres: &str) {
    let Some(on_postgres) = TestDb::postgres().await else { return };
    let on_sqlite = TestDb::sqlite().await;
    let rows = on_sqlite.rows(sqlite).await;
    assert!(!rows.is_empty());
    // Compared as sets, because the two sort text differently.
    let rows: BTreeSet<String> = rows.into_iter().collect();
    assert_eq!(rows, on_postgres.rows(postgres).await.into_iter().collect());
}

/// The tables of the program, in SQLite.
const SQLITE_TABLES: &str = "(SELECT name FROM sqlite_master WHERE type = 'table' \
     AND name NOT IN ('signet_migrations', 'sqlite_sequence'))";

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = format!(
        "SELECT t.name, c.name, CASE c.type WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytes' \
         WHEN 'BIGINT' THEN 'integer' WHEN 'INTEGER' THEN 'integer' END, c.\"notnull\", c.dflt_value, c.pk \
         FROM (SELECT name FROM {SQLITE_TABLES} UNION SELECT name FROM sqlite_master WHERE type = 'view') t \
         JOIN pragma_table_info(t.name) c"
    );
    let postgres = "SELECT c.table_name, c.column_name, CASE c.data_type WHEN 'text' THEN 'text' \
         WHEN 'bytea' THEN 'bytes' WHEN 'bigint' THEN 'integer' END, \
         CASE c.is_nullable WHEN 'NO' THEN 1 ELSE 0 END, c.column_default, COALESCE(k.ordinal_position, 0) \
         FROM information_schema.columns c \
         LEFT JOIN information_schema.key_column_usage k ON k.table_name = c.table_name \
         AND k.column_name = c.column_name AND k.constraint_name = c.table_name || '_pkey' \
         WHERE c.table_schema = 'public' AND c.table_name <> 'signet_migrations'";
    same_in_both(&sqlite, postgres).await;
}

#[tokio::test]
async fn both_databases_have_the_same_indexes() {
    let sqlite = format!(
        "SELECT t.name, CASE i.origin WHEN 'c' THEN i.name END, i.\"unique\", i.partial, \
         (SELECT group_concat(name) FROM pragma_index_info(i.name)) \
         FROM {SQLITE_TABLES} t JOIN pragma_index_list(t.name) i WHERE i.origin <> 'pk'"
    );
    let postgres = "SELECT t.relname, CASE WHEN c.oid IS NULL THEN n.relname END, i.indisunique::INT, \
         (i.indpred IS NOT NULL)::INT, (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) \
         FROM pg_attribute a WHERE a.attrelid = i.indexrelid) \
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid \
         LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u') \
         WHERE t.relnamespace = 'public'::regnamespace AND t.relname <> 'signet_migrations' \
         AND c.contype IS DISTINCT FROM 'p'";
    same_in_both(&sqlite, postgres).await;
}

#[tokio::test]
async fn both_databases_have_the_same_references() {
    let sqlite = format!(
        "SELECT t.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete \
         FROM {SQLITE_TABLES} t JOIN pragma_foreign_key_list(t.name) f"
    );
    let postgres = "SELECT f.table_name, f.column_name, t.table_name, t.column_name, r.delete_rule \
         FROM information_schema.referential_constraints r \
         JOIN information_schema.key_column_usage f USING (constraint_schema, constraint_name) \
         JOIN information_schema.constraint_column_usage t USING (constraint_schema, constraint_name) \
         WHERE r.constraint_schema = 'public'";
    same_in_both(&sqlite, postgres).await;
}

#[tokio::test]
async fn both_databases_have_the_same_checks() {
    // SQLite keeps the text as written; PostgreSQL says how many constraints it made of it.
    let sqlite = format!(
        "SELECT name, (LENGTH(sql) - LENGTH(REPLACE(sql, 'CHECK (', ''))) / LENGTH('CHECK (') \
         FROM sqlite_master WHERE name IN {SQLITE_TABLES}"
    );
    let postgres = "SELECT t.relname, COUNT(c.oid) FROM pg_class t \
         LEFT JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'c' \
         WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND t.relname <> 'signet_migrations' \
         GROUP BY t.relname";
    same_in_both(&sqlite, postgres).await;
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> BTreeSet<_> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Tries to change an account so that its columns contradict each other.
async fn refused(db: &TestDb, change: &str) {
    match db.run(&format!("UPDATE signet_users SET {change}")).await {
        Err(error) if error.to_string().to_lowercase().contains("check constraint") => {}
        other => panic!("{change}: {other:?}"),
    }
}

#[tokio::test]
async fn an_address_and_its_key_stand_and_fall_together() {
    on_each(async |db| {
        verified(db, 1, "ada@example.com").await;
        refused(db, "email = NULL").await;
        refused(db, "email_key = NULL").await;
        db.run("UPDATE signet_users SET email = NULL, email_key = NULL").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_scheduled_deletion_has_both_dates_in_their_order() {
    on_each(async |db| {
        verified(db, 1, "ada@example.com").await;
        refused(db, "deletion_scheduled_at = 5").await;
        refused(db, "delete_at = 5").await;
        refused(db, "deletion_scheduled_at = 5, delete_at = 4").await;
        refused(db, "deletion_scheduled_at = 5, delete_at = 5").await;
        db.run("UPDATE signet_users SET deletion_scheduled_at = 5, delete_at = 6").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_erased_account_has_nothing_personal() {
    on_each(async |db| {
        closed(db, 1, "ada@example.com").await;
        let clean =
            [("email", "email = NULL, email_key = NULL"), ("name", "name = NULL"), ("hash", "password_hash = NULL")];
        db.run("UPDATE signet_users SET name = 'Ada'").await.unwrap();
        for (left, _) in clean {
            let cleared = clean.iter().filter(|(what, _)| *what != left).map(|(_, clear)| *clear);
            let change = cleared.chain(["anonymized_at = 5"]).collect::<Vec<_>>().join(", ");
            refused(db, &change).await;
        }
        let all = clean.map(|(_, clear)| clear).join(", ");
        db.run(&format!("UPDATE signet_users SET anonymized_at = 5, {all}")).await.unwrap();
    })
    .await;
}
