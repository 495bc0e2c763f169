//! Statements that end an account.

use crate::{
    db::TestDb,
    fixture::{NOW, after, anonymized, closed, email, on_each, race, two_users, verified, winners},
};

async fn event_of(db: &TestDb, user: &signet::domain::id::UserId) {
    let sql =
        format!("INSERT INTO events (at, user_id, actor, event) VALUES (1, '{user}', 'person', 'session.sign_in')");
    db.run(&sql).await.unwrap();
}

#[tokio::test]
async fn a_soft_deleted_account_keeps_its_data_and_frees_its_address() {
    on_each(async |db| {
        let id = closed(db, 1, "ada@example.com").await;
        let attempts = race(db, async |tx| tx.soft_delete_user(&id, after(9)).await).await;
        assert_eq!(winners(attempts), 1);
        let row = "SELECT email, password_hash, deletion_job, deleted_at, anonymized_at FROM users";
        assert_eq!(db.rows(row).await, [format!("ada@example.com|NULL|NULL|{}|NULL", NOW.0 + 9)]);
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
        let log = format!("DELETE FROM events WHERE user_id = '{gone}'");
        assert!(db.run(&log).await.is_err(), "anonymizing keeps the log");
        let attempts = race(db, async |tx| tx.remove_user(&gone, NOW).await).await;
        assert_eq!(winners(attempts), 1);
        assert_eq!(db.rows("SELECT user_id FROM events").await, [bob.to_string()]);
        assert_eq!(db.rows("SELECT COUNT(*) FROM users").await, ["2"]);
        assert!(db.run("DELETE FROM events").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_living_account_cannot_be_marked_for_removal() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let mark = format!("UPDATE users SET hard_deleted_at = 1 WHERE id = '{ada}'");
        assert!(db.run(&mark).await.is_err());
    })
    .await;
}
