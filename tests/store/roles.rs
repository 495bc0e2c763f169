//! The second role on PostgreSQL, which serves the site and owns nothing.

use signet::{
    domain::{deletion::Strategy, time::Span},
    server::{
        clock::Clock,
        crypto::random::Random,
        lifecycle::Lifecycle,
        store::{Db, StoreError},
    },
    testing::{
        START, TestDb, invariants,
        people::{PASSWORD, delivered, in_sudo, signed_in, source, verified},
        settings,
    },
};
use url::Url;

const ROLE: &str = "DO $$ BEGIN \
     IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'signet_server') THEN \
     CREATE ROLE signet_server LOGIN PASSWORD 'for the tests only'; END IF; END $$";
const GRANTS: &str = include_str!("../../scripts/postgres-role.sql");
const ADA: &str = "ada@example.com";

/// A database of the owner, and its URL for the role that serves; `None` without PostgreSQL.
async fn served() -> Option<(TestDb, String)> {
    let owned = TestDb::postgres().await?;
    owned.run(ROLE).await.unwrap();
    owned.run(GRANTS).await.unwrap();
    let mut url = Url::parse(owned.url()).unwrap();
    url.set_username("signet_server").unwrap();
    url.set_password(Some("for%20the%20tests%20only")).unwrap();
    Some((owned, url.into()))
}

/// From the sign-up to the end, by every strategy, with everything in between that writes to other tables.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_serves_and_erases_with_the_role_that_owns_nothing() {
    for strategy in [Strategy::Anonymize, Strategy::SoftDelete, Strategy::HardDelete] {
        let Some((owned, url)) = served().await else { return };
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        settings.deletion.strategy = strategy;
        let clock = Clock::manual(START);
        let life = Lifecycle::new(&settings, Db::open(&url).await.unwrap(), clock.clone(), Random::seeded(1));
        life.join_ledger().await.unwrap();
        let ada = in_sudo(&life, &verified(&life, ADA).await).await;
        life.update_profile(&source(), &ada, "Ada").await.unwrap();
        life.request_email_change(&source(), &ada, "new@example.com").await.unwrap();
        life.request_password_reset(&source(), ADA).await.unwrap();
        life.request_export(&source(), &ada).await.unwrap();
        life.build_export().await.unwrap();
        let wrong = life.sign_in(&source(), None, ADA, "not the password".into()).await;
        assert!(wrong.is_err());
        life.sign_in(&source(), None, ADA, PASSWORD.into()).await.unwrap();
        let ada = in_sudo(&life, &signed_in(&life, ADA).await).await;
        life.schedule_deletion(&source(), &ada, ADA).await.unwrap();
        assert!(!delivered(&life).await.is_empty());
        clock.set(START.plus(Span::days(15)));
        life.execute_deletion().await.unwrap();
        life.sweep().await.unwrap();
        delivered(&life).await;
        assert_eq!(
            owned.rows("SELECT COUNT(*) FROM signet_users WHERE email IS NOT NULL AND deleted_at IS NULL").await,
            ["0"]
        );
        invariants::hold(&owned, life.clock.now()).await;
        life.close().await;
    }
}

#[tokio::test]
async fn the_role_can_neither_drop_a_trigger_nor_change_a_table_or_an_event() {
    let Some((owned, url)) = served().await else { return };
    let life =
        "INSERT INTO signet_users (id, email, email_key, created_at) VALUES ('u', 'a@example.com', 'a@example.com', 1)";
    owned.run(life).await.unwrap();
    owned
        .run("INSERT INTO signet_events (at, user_id, actor, event) VALUES (1, 'u', 'person', 'account.sign_up')")
        .await
        .unwrap();
    let Db::Postgres(pool, ..) = Db::open(&url).await.unwrap() else { unreachable!("opened as PostgreSQL") };
    for forbidden in [
        "DROP TRIGGER signet_events_keep ON signet_events",
        "DROP TRIGGER signet_event_context_stay ON signet_event_context",
        "ALTER TABLE signet_events DISABLE TRIGGER ALL",
        "ALTER TABLE signet_users ADD COLUMN x TEXT",
        "CREATE OR REPLACE FUNCTION signet_refuse_event_change() RETURNS trigger LANGUAGE sql AS ''",
        "DROP FUNCTION signet_refuse_event_change() CASCADE",
        "SET session_replication_role = replica",
        "UPDATE signet_events SET event = 'x'",
        "DELETE FROM signet_events",
        "TRUNCATE signet_events CASCADE",
        "DROP TABLE signet_letters",
        "CREATE TABLE signet_more (id BIGINT)",
        "DELETE FROM signet_migrations",
        "SET ROLE postgres",
    ] {
        let refused = sqlx::query(forbidden).execute(&pool).await;
        assert!(refused.is_err(), "{forbidden}");
    }
    assert_eq!(owned.rows("SELECT event FROM signet_events").await, ["account.sign_up"]);
    pool.close().await;
}

#[tokio::test]
async fn tables_that_are_older_than_the_program_stop_the_start() {
    let Some((owned, url)) = served().await else { return };
    owned
        .run("DELETE FROM signet_migrations WHERE version = (SELECT MAX(version) FROM signet_migrations)")
        .await
        .unwrap();
    let refused = Db::open(&url).await.err();
    assert!(matches!(refused, Some(StoreError::Unmigrated)), "{refused:?}");
}
