//! A database in which a host has tables of its own.

use signet::{
    domain::id::LedgerId,
    server::store::{Db, Ledger, StoreError},
    testing::TestDb,
};

/// Possible tables of a host: earlier names of Signet's tables, and a table of its own migrations.
const HOSTS: &str = "\
    CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, success BOOLEAN NOT NULL, \
    checksum BYTEA NOT NULL);
    INSERT INTO _sqlx_migrations VALUES (1, 'users', TRUE, '1'), (20, 'clock doubted', TRUE, '2');
    CREATE TABLE users (id BIGINT PRIMARY KEY);
    INSERT INTO users VALUES (7);
    CREATE TABLE events (id BIGINT PRIMARY KEY);
    CREATE TABLE ledger (id BIGINT PRIMARY KEY);
    CREATE TABLE erasures (id BIGINT PRIMARY KEY);
    CREATE TABLE erasure_ledgers (id BIGINT PRIMARY KEY);
    INSERT INTO erasures VALUES (8);";

async fn hosts() -> Vec<TestDb> {
    let mut hosts = vec![TestDb::sqlite_from(&HOSTS.replace("BYTEA", "BLOB")).await];
    hosts.extend(TestDb::postgres_from(HOSTS).await);
    hosts
}

fn ledger(url: &str) -> Ledger {
    Ledger::at(url.into(), LedgerId::from_random([7; 16]))
}

#[tokio::test]
async fn a_hosts_tables_are_left_alone_and_ours_are_made_beside_them() {
    for host in hosts().await {
        let opened = Db::open(host.url()).await.unwrap();
        assert!(opened.is_ready().await.unwrap());
        opened.close().await;
        assert_eq!(host.rows("SELECT COUNT(*) FROM signet_users").await, ["0"]);
        assert_eq!(host.rows("SELECT id FROM users").await, ["7"]);
        assert_eq!(host.rows("SELECT COUNT(*) FROM _sqlx_migrations").await, ["2"]);
    }
}

#[tokio::test]
async fn a_ledger_is_made_beside_a_hosts_tables_too() {
    for host in hosts().await {
        let ledger = ledger(host.url());
        ledger.id().await.unwrap();
        ledger.close().await;
        assert_eq!(host.rows("SELECT COUNT(*) FROM signet_erasures").await, ["0"]);
        assert_eq!(host.rows("SELECT id FROM erasures").await, ["8"]);
    }
}

#[tokio::test]
async fn a_ledger_in_the_accounts_own_database_is_refused_however_it_is_written() {
    for db in TestDb::each().await {
        let refused = ledger(db.url()).id().await;
        assert!(matches!(refused, Err(StoreError::Ledger(why)) if matches!(*why, StoreError::LedgerInside)));
    }
}

#[tokio::test]
async fn tables_are_made_in_a_schema_whose_name_has_to_be_quoted() {
    let Some(db) = TestDb::postgres_from("CREATE SCHEMA \"Ten.Ant\"").await else { return };
    let url = format!("{}?options[search_path]=%22Ten.Ant%22", db.url());
    for _ in 0..2 {
        let opened = Db::open(&url).await.unwrap();
        assert!(opened.is_ready().await.unwrap());
        opened.close().await;
    }
    assert_eq!(db.rows("SELECT COUNT(*) FROM \"Ten.Ant\".signet_users").await, ["0"]);
}
