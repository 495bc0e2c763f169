//! Every breach that `signet check` looks for, planted once.

use signet::testing::TestDb;

use crate::fixture::{NOW, on_each};

/// An account that breaks no invariant.
const SOUND: &str = "INSERT INTO signet_users (id, email, email_key, created_at) VALUES ('u', 'a@example.com', 'a@example.com', 1); \
     INSERT INTO signet_events (at, user_id, actor, event) VALUES (1, 'u', 'anyone', 'account.sign_up')";
/// The same, closed.
const CLOSED: &str = "UPDATE signet_users SET deletion_scheduled_at = 10, delete_at = {later} WHERE id = 'u'; \
     INSERT INTO signet_events (at, user_id, actor, event) VALUES (10, 'u', 'person', 'account.deletion_scheduled')";
/// The same, erased as it should be.
const ERASED: &str = "UPDATE signet_users SET email = NULL, email_key = NULL, deleted_at = 20, \
     anonymized_at = 20 WHERE id = 'u'; \
     INSERT INTO signet_events (at, user_id, actor, event) VALUES (20, 'u', 'worker', 'account.deletion_executed')";

const SESSION: &str = "INSERT INTO signet_sessions (id, user_id, token_hash, user_agent, created_at, last_seen_at) \
     VALUES ('s', 'u', {bytes}, '', 5, 5)";
const LETTER: &str = "INSERT INTO signet_letters (id, user_id, kind, recipient, created_at, due_at) \
     VALUES ('l', 'u', 'password_changed', 'a', 1, 1)";
const LINK: &str = "INSERT INTO signet_mail_links (id, user_id, purpose, email, stamp, created_at, expires_at) \
     VALUES ('m', 'u', 'verify', 'a', 0, 1, 2)";
const CHANGE: &str = "INSERT INTO signet_email_changes \
     (id, user_id, old_email, new_email, state, stamp, requested_at, expires_at, confirmed_at, undo_until, position) \
     VALUES ('c', 'u', 'a', 'b', 'confirmed', 0, 1, 2, 2, 3, 1)";
const TOKEN: &str = "INSERT INTO signet_api_tokens (id, user_id, name, scope, token_hash, hint, created_at, expires_at) \
     VALUES ('t', 'u', '', 'read', {bytes}, '', 1, 2)";
const EXPORT: &str = "INSERT INTO signet_exports (id, user_id, state, requested_at) VALUES ('x', 'u', 'building', 1)";

/// The breaches, each with the statements that cause it: on which account, and how.
const PLANTED: [(&str, &[&str]); 25] = [
    ("a session of a deleted account", &[CLOSED, ERASED, SESSION]),
    ("a session from before its account was closed", &[SESSION, CLOSED]),
    ("a session from before its account was closed", &[SESSION, CLOSED, "UPDATE signet_sessions SET created_at = 10"]),
    ("sudo mode in a closed account", &[CLOSED, SESSION, "UPDATE signet_sessions SET sudo_at = 11, created_at = 10"]),
    ("an API token of a closed account", &[CLOSED, TOKEN]),
    ("an open change or a confirm link of a closed account", &[CLOSED, LINK]),
    ("a keep link of an account that is not closed", &[LINK, "UPDATE signet_mail_links SET purpose = 'keep'"]),
    ("an export that nobody asked for", &[EXPORT]),
    (
        "a fresh letter about a link that is gone",
        &[LETTER, "UPDATE signet_letters SET link_id = 'm', created_at = {recently}"],
    ),
    ("a letter of nobody's that is no goodbye", &[LETTER, "UPDATE signet_letters SET user_id = NULL"]),
    ("a deletion half done", &[CLOSED, ERASED, LINK]),
    ("a deletion half done", &[CLOSED, ERASED, CHANGE]),
    ("a deletion half done", &[CLOSED, ERASED, TOKEN]),
    ("a deletion half done", &[CLOSED, ERASED, LETTER]),
    ("a deletion half done", &[CLOSED, ERASED, "UPDATE signet_users SET deletion_retry_at = 1"]),
    ("an account half anonymized", &[CLOSED, ERASED, "UPDATE signet_users SET deleted_at = NULL"]),
    ("an account half anonymized", &[CLOSED, ERASED, "UPDATE signet_users SET email_verified_at = 2"]),
    ("an account without the event that made it", &["INSERT INTO signet_users (id, created_at) VALUES ('v', 1)"]),
    ("a verified address without its event", &["UPDATE signet_users SET email_verified_at = 2"]),
    (
        "a closed account without a schedule more than cancellations",
        &[
            CLOSED,
            "INSERT INTO signet_events (at, user_id, actor, event) VALUES (11, 'u', 'person', 'account.deletion_cancelled')",
        ],
    ),
    (
        "an executed deletion without exactly one event",
        &[
            CLOSED,
            ERASED,
            "INSERT INTO signet_events (at, user_id, actor, event) VALUES (20, 'u', 'worker', 'account.deletion_executed')",
        ],
    ),
    ("an executed deletion of a living account", &[CLOSED, ERASED, "UPDATE signet_users SET deleted_at = NULL"]),
    ("a confirmed change without its event", &[CHANGE]),
    (
        "a letter that is claimed for more than two minutes",
        &[LETTER, "UPDATE signet_letters SET claimed_until = {too_late}"],
    ),
    (
        "an export that is claimed for more than two minutes",
        &[EXPORT, "UPDATE signet_exports SET claimed_until = {too_late}"],
    ),
];

/// Tables whose `user_id` must name an account, with the other columns that a row needs.
const LOOSE: [(&str, &str); 5] = [
    ("signet_sessions.user_id names nothing", SESSION),
    ("signet_letters.user_id names nothing", LETTER),
    ("signet_mail_links.user_id names nothing", LINK),
    ("signet_email_changes.user_id names nothing", CHANGE),
    ("signet_api_tokens.user_id names nothing", TOKEN),
];

async fn run(db: &TestDb, sql: &str) {
    let bytes = if db.is_postgres() { r"'\x00'::bytea" } else { "x'00'" };
    let sql = sql.replace("{bytes}", bytes).replace("{too_late}", &(NOW.0 + 121).to_string());
    let sql = sql.replace("{later}", &(NOW.0 + 60).to_string()).replace("{recently}", &(NOW.0 - 60).to_string());
    db.run(&sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// Runs it without the checks of foreign keys.
async fn run_unguarded(db: &TestDb, sql: &str) {
    let (off, on) = if db.is_postgres() {
        ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
    } else {
        ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
    };
    run(db, &format!("{off}; {sql}; {on}")).await;
}

async fn found(db: &TestDb) -> Vec<&'static str> {
    db.db.breaches(NOW).await.unwrap().into_iter().map(|breach| breach.what).collect()
}

#[tokio::test]
async fn a_sound_database_has_no_breach() {
    on_each(async |db| {
        for step in [SOUND, CLOSED, ERASED] {
            run(db, step).await;
            assert_eq!(found(db).await, Vec::<&str>::new(), "{step}");
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_must_not_be_is_found() {
    for (what, steps) in PLANTED {
        on_each(async |db| {
            run(db, SOUND).await;
            for step in steps {
                run(db, step).await;
            }
            let found = found(db).await;
            assert!(found.contains(&what), "{what}: {found:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn an_account_that_stays_due_because_its_erasure_fails_is_found_after_five_minutes() {
    for (overdue, retry, is_found) in [(299, "1", false), (300, "1", true), (300, "NULL", false)] {
        on_each(async |db| {
            run(db, SOUND).await;
            run(db, CLOSED).await;
            run(db, "UPDATE signet_users SET deletion_scheduled_at = NULL, delete_at = NULL").await;
            let due = NOW.0 - overdue;
            let dates = format!("deletion_scheduled_at = 10, delete_at = {due}, deletion_retry_at = {retry}");
            run(db, &format!("UPDATE signet_users SET {dates} WHERE id = 'u'")).await;
            let found = found(db).await;
            assert_eq!(found.contains(&"an account due for minutes whose erasure fails"), is_found, "{found:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_a_worker_has_in_hand_is_no_breach() {
    on_each(async |db| {
        run(db, SOUND).await;
        for table in ["signet_letters", "signet_exports"] {
            run(db, if table == "signet_letters" { LETTER } else { EXPORT }).await;
            run(db, &format!("UPDATE {table} SET claimed_until = {}", NOW.0 + 120)).await;
        }
        let found = found(db).await;
        assert!(!found.iter().any(|what| what.contains("claimed")), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_row_that_names_nothing_is_found() {
    for (what, row) in LOOSE {
        on_each(async |db| {
            run_unguarded(db, row).await;
            let found = found(db).await;
            assert!(found.contains(&what), "{what}: {found:?}");
        })
        .await;
    }
}
