//! Statements that erase an account.

use std::collections::BTreeSet;

use signet::{
    domain::{id::UserId, mail_token::Purpose, time::Timestamp},
    server::store::NewMailLink,
    testing::TestDb,
};

use crate::fixture::{
    NOW, after, anonymized, closed, email, link_id, on_each, race, soft_deleted, two_users, unverified, verified,
    winners,
};

async fn event_of(db: &TestDb, user: &UserId) {
    let sql = format!(
        "INSERT INTO signet_events (at, user_id, actor, event) VALUES (1, '{user}', 'person', 'session.sign_in')"
    );
    db.run(&sql).await.unwrap();
}

#[tokio::test]
async fn a_soft_deleted_account_keeps_its_data_and_frees_its_address() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        let attempts = race(db, async |tx| tx.soft_delete_user(&id, after(9)).await).await;
        assert_eq!(winners(attempts), 1);
        let row = "SELECT email, password_hash, deletion_retry_at, deleted_at, anonymized_at FROM signet_users";
        snapshot!(db.table(row).await, @"
        email            password_hash  deletion_retry_at  deleted_at  anonymized_at
        ada@example.com  NULL           NULL               1800000009  NULL
        ");
        assert!(tx!(db, user(&id)).unwrap().is_none());
        assert!(tx!(db, lock_user(&id)).unwrap().is_none());
        assert!(tx!(db, user_by_email(&email("ada@example.com").key())).unwrap().is_none());
        assert!(tx!(db, verified_holder(&email("ada@example.com").key())).unwrap().is_none());
        verified(db, 2, "ada@example.com").await;
    })
    .await;
}

#[tokio::test]
async fn only_an_anonymized_account_is_removed_and_its_log_with_it() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        event_of(db, &bob).await;
        assert!(!tx!(db, remove_user(&ada, NOW)).unwrap(), "it is alive");
        let gone = anonymized(db, 3).await;
        event_of(db, &gone).await;
        let log = format!("DELETE FROM signet_events WHERE user_id = '{gone}'");
        assert!(db.run(&log).await.is_err(), "anonymizing keeps the log");
        let attempts = race(db, async |tx| tx.remove_user(&gone, NOW).await).await;
        assert_eq!(winners(attempts), 1);
        assert_eq!(db.rows("SELECT user_id FROM signet_events").await, [bob.to_string()]);
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users").await, ["2"]);
        assert!(db.run("DELETE FROM signet_events").await.is_err());
    })
    .await;
}

/// How many accounts there are, and that one of ten stays.
const MANY: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)";
const STAYS: usize = 10;

/// Many accounts with three events each, in an order that makes SQLite split and join pages.
async fn many(db: &TestDb) {
    let users = "INSERT INTO signet_users (id, email, email_key, name, email_verified_at, created_at) \
         SELECT printf('%032x', i * 2654435761 % 4294967296), printf('plant%dx@example.com', i), \
         printf('plant%dx@example.com', i), printf('Plant %d', i), 1, 1 FROM n";
    let events = "INSERT INTO signet_events (at, user_id, actor, event) \
         SELECT k.i, u.id, 'person', 'session.sign_in' FROM signet_users u JOIN (SELECT i FROM n LIMIT 3) k";
    let context = "INSERT INTO signet_event_context (event_id, user_id, user_agent) \
         SELECT e.id, e.user_id, u.email || hex(zeroblob(e.id * 7919 % 97)) FROM signet_events e JOIN signet_users u ON u.id = e.user_id";
    for sql in [format!("{MANY} {users}"), format!("{MANY} {events}"), context.to_owned()] {
        assert!(db.run(&sql).await.unwrap() >= 2000);
    }
}

/// The numbers of the accounts that a file still contains.
fn numbers(file: &str) -> BTreeSet<usize> {
    let bytes = std::fs::read(file).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let number = |part: &str| part.split_once("x@").and_then(|(number, _)| number.parse().ok());
    text.split("plant").skip(1).filter_map(number).collect()
}

/// SQLite overwrites what it removes, but not the copies that it leaves when it moves rows.
#[tokio::test]
async fn a_file_that_is_written_anew_has_nothing_of_the_erased() {
    let db = TestDb::sqlite().await;
    many(&db).await;
    let file = db.url().strip_prefix("sqlite://").unwrap();
    db.db.empty_log().await.unwrap();
    assert_eq!(numbers(file).len(), 2000);
    let mut tx = db.db.begin().await.unwrap();
    for (at, id) in
        db.rows("SELECT id FROM signet_users ORDER BY CAST(SUBSTR(email, 6) AS INTEGER)").await.iter().enumerate()
    {
        let id = UserId::parse(id).unwrap();
        if (at + 1) % STAYS != 0 {
            assert!(tx.anonymize_user(&id, NOW).await.unwrap());
            tx.erase_event_context(&id).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    db.run("VACUUM").await.unwrap();
    db.db.empty_log().await.unwrap();
    assert_eq!(numbers(file), (1..=2000).filter(|number| number % STAYS == 0).collect());
}

#[tokio::test]
async fn a_living_account_cannot_be_marked_for_removal() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let mark = format!("UPDATE signet_users SET hard_deleted_at = 1 WHERE id = '{ada}'");
        assert!(db.run(&mark).await.is_err());
    })
    .await;
}

async fn confirm_link(db: &TestDb, user: &UserId, expires_at: Timestamp) {
    let (id, email) = (link_id(1), email("cyd@example.com"));
    let new = NewMailLink {
        id: &id,
        user_id: user,
        purpose: Purpose::VerifyEmail,
        email: &email,
        stamp: 0,
        device_hash: None,
        at: NOW,
        expires_at,
    };
    tx!(db, insert_mail_link(&new)).unwrap();
}

#[tokio::test]
async fn only_an_open_account_that_was_never_confirmed_and_has_no_link_is_claimed() {
    on_each(async |db| {
        verified(db, 1, "ada@example.com").await;
        let bob = unverified(db, 2, "bob@example.com").await;
        let cyd = unverified(db, 3, "cyd@example.com").await;
        closed(db, 4, "dan@example.com").await;
        db.run("UPDATE signet_users SET email_verified_at = NULL WHERE email = 'dan@example.com'").await.unwrap();
        soft_deleted(db, 5).await;
        anonymized(db, 6).await;
        confirm_link(db, &cyd, after(9)).await;
        for (now, expected) in [(NOW, None), (after(1), Some(&bob))] {
            assert_eq!(tx!(db, claim_unconfirmed(now, after(9))).unwrap().as_ref(), expected);
        }
        db.run("UPDATE signet_users SET email_verified_at = 1 WHERE email = 'bob@example.com'").await.unwrap();
        for (now, expected) in [(after(9), None), (after(10), Some(&cyd))] {
            assert_eq!(tx!(db, claim_unconfirmed(after(1), now)).unwrap().as_ref(), expected);
            assert_eq!(tx!(db, has_mail_link(&cyd, Purpose::VerifyEmail, now)).unwrap(), expected.is_none());
            assert!(!tx!(db, has_mail_link(&cyd, Purpose::ResetPassword, now)).unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_is_confirmed_or_claimed() {
    on_each(async |db| {
        let ada = unverified(db, 1, "ada@example.com").await;
        let locked = tokio::sync::Notify::new();
        let confirm = async {
            let mut tx = db.db.begin().await.unwrap();
            assert!(tx.lock_user(&ada).await.unwrap().is_some());
            locked.notify_one();
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            assert!(tx.mark_verified(&ada, NOW).await.unwrap());
            tx.commit().await.unwrap();
        };
        let claim = async {
            locked.notified().await;
            tx!(db, claim_unconfirmed(after(1), after(1))).unwrap()
        };
        let ((), claimed) = tokio::join!(confirm, claim);
        assert_eq!(claimed, None);
    })
    .await;
}
