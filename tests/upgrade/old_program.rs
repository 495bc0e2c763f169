//! The old program on a database that this one has taken over: it can neither write nor start again.

use signet::{server::store::Db, testing::TestDb};
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::site::database;

/// The old program's statements, one for each of its tables.
const STATEMENTS: [&str; 17] = [
    "UPDATE users SET name = 'x' WHERE email = 'lost@example.com'",
    "INSERT INTO users (id, email, email_key, created_at) VALUES ('1', 'x@example.com', 'x@example.com', 5)",
    "UPDATE sessions SET last_seen_at = last_seen_at + 1",
    "UPDATE known_devices SET first_seen_at = first_seen_at + 1",
    "UPDATE mail_links SET expires_at = expires_at + 1",
    "UPDATE email_changes SET state = 'cancelled' WHERE state = 'open'",
    "INSERT INTO events (at, actor, event) VALUES (5, 'anyone', 'session.sign_in')",
    "INSERT INTO event_context (event_id, user_id) SELECT id, user_id FROM events e WHERE user_id IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM event_context c WHERE c.event_id = e.id)",
    "UPDATE letters SET claimed_until = 5, attempts = attempts + 1",
    "UPDATE identities SET last_used_at = 5",
    "DELETE FROM provider_attempts",
    "UPDATE sudo_codes SET tries = tries + 1",
    "UPDATE api_tokens SET last_used_at = 5",
    "UPDATE exports SET expires_at = expires_at + 1 WHERE state = 'ready'",
    "UPDATE clock SET confirmed_at = 5",
    "UPDATE erasure_ledgers SET entries = entries + 1",
    "{jobs}",
];

/// The statement, with the text by which one of the old workers takes a job.
fn spelled(statement: &str, db: &TestDb) -> String {
    let jobs = if db.is_postgres() { "apalis.jobs" } else { "Jobs" };
    statement.replace("{jobs}", &format!("UPDATE {jobs} SET status = 'Running' WHERE status = 'Pending'"))
}

#[tokio::test]
async fn its_statements_fail_instead_of_writing() {
    for name in ["sqlite", "postgres"] {
        let Some(db) = database(name).await else { continue };
        for statement in STATEMENTS {
            let statement = spelled(statement, &db);
            let changed = db.run(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
            assert!(changed > 0, "it changed something before: {statement}");
        }
        let Some(db) = database(name).await else { continue };
        db.db.migrate().await.unwrap();
        for statement in STATEMENTS {
            let statement = spelled(statement, &db);
            assert!(db.run(&statement).await.is_err(), "{name}: {statement}");
        }
    }
}

/// The migrations that the old program would run if it started again: each makes a table that shows it.
async fn migrations_of(db: &TestDb) -> Migrator {
    let rows = db.rows("SELECT version, description, checksum FROM _sqlx_migrations ORDER BY version").await;
    assert!(rows.len() > 20, "{rows:?}");
    let migration = |row: String| {
        let [version, description, checksum] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let sql = AssertSqlSafe(format!("CREATE TABLE began_anew_{version} (x BIGINT)"));
        let description = description.to_owned().into();
        let sql = sql.into_sql_str();
        let mut migration = Migration::new(version.parse().unwrap(), description, MigrationType::Simple, sql, false);
        migration.checksum = bytes(checksum.strip_prefix("\\x").unwrap()).into();
        migration
    };
    let mut migrator = Migrator::with_migrations(rows.into_iter().map(migration).collect());
    migrator.set_ignore_missing(true);
    migrator
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

#[tokio::test]
async fn its_migrations_do_not_run_again() {
    for name in ["sqlite", "postgres"] {
        let Some(db) = database(name).await else { continue };
        let old = migrations_of(&db).await;
        db.db.migrate().await.unwrap();
        // Whether it finds everything done or cannot go on, it makes no table.
        let _ = match &db.db {
            Db::Sqlite(pool, ..) => old.run(pool).await,
            Db::Postgres(pool, ..) => old.run(pool).await,
        };
        let tables = if db.is_postgres() {
            "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'began_anew_%'"
        } else {
            "SELECT name FROM sqlite_master WHERE name LIKE 'began_anew_%'"
        };
        assert_eq!(db.rows(tables).await, [""; 0], "{name}");
    }
}
