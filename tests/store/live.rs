//! Which subscribers hear of a change, and when.

use std::time::Duration;

use signet::{
    domain::{error::Refusal, id::UserId, sudo::SudoMode},
    server::store::{AccountSubscription, Db, LiveRow, NewEvent, NewSession},
    testing::TestDb,
};
use tokio::time::timeout;

use crate::{
    fixture::{NOW, after, closed, email, end_connections, link_id, on_each, session_id, two_users, user_id, verified},
    security_log::event,
};

/// Whether the subscriber hears a change in time.
async fn hears(watch: &mut AccountSubscription) -> bool {
    timeout(Duration::from_secs(2), watch.changed()).await.is_ok()
}

/// Whether the subscriber hears nothing for a while.
async fn hears_nothing(watch: &mut AccountSubscription) -> bool {
    timeout(Duration::from_millis(150), watch.changed()).await.is_err()
}

/// Waits until a process hears of the changes of others.
async fn listens(db: &Db) {
    let mut watch = db.watch(&user_id(99));
    if let Db::Postgres(..) = db {
        // A subscriber from before the process listened is told to check.
        assert!(hears(&mut watch).await);
    }
}

/// Publishes a change of `user` and commits it.
async fn announce(db: &Db, user: &UserId) {
    let mut tx = db.begin().await.unwrap();
    tx.announce(user).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_change_is_told_with_the_commit_and_to_those_who_watch_the_account() {
    on_each(async |db| {
        listens(&db.db).await;
        let (ada, bob) = (user_id(1), user_id(2));
        let (mut one, mut two, mut other) = (db.db.watch(&ada), db.db.watch(&ada), db.db.watch(&bob));
        assert_eq!((one.others(), two.others(), other.others()), (0, 1, 0));
        let mut tx = db.db.begin().await.unwrap();
        tx.announce(&ada).await.unwrap();
        tx.announce(&ada).await.unwrap();
        assert!(hears_nothing(&mut one).await, "before the commit");
        tx.commit().await.unwrap();
        assert!(hears(&mut one).await && hears(&mut two).await);
        assert!(hears_nothing(&mut one).await, "twice");
        assert!(hears_nothing(&mut other).await, "somebody else's");
        announce(&db.db, &bob).await;
        assert!(hears(&mut other).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_back_is_told_to_nobody() {
    on_each(async |db| {
        listens(&db.db).await;
        let ada = user_id(1);
        let mut watch = db.db.watch(&ada);
        let mut tx = db.db.begin().await.unwrap();
        tx.announce(&ada).await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = db.db.begin().await.unwrap();
        tx.announce(&ada).await.unwrap();
        drop(tx);
        assert!(hears_nothing(&mut watch).await);
        announce(&db.db, &ada).await;
        assert!(hears(&mut watch).await);
    })
    .await;
}

#[tokio::test]
async fn a_change_between_two_looks_is_not_missed_and_nobody_is_counted_who_has_gone() {
    on_each(async |db| {
        listens(&db.db).await;
        let ada = user_id(1);
        drop((db.db.watch(&ada), db.db.watch(&ada)));
        let mut watch = db.db.watch(&ada);
        assert_eq!(watch.others(), 0);
        announce(&db.db, &ada).await;
        if db.is_postgres() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(hears(&mut watch).await);
    })
    .await;
}

#[tokio::test]
async fn on_postgresql_every_process_is_told() {
    let Some(db) = TestDb::postgres().await else { return };
    let other = Db::connect(db.url()).await.unwrap();
    listens(&db.db).await;
    listens(&other).await;
    let ada = user_id(1);
    let (mut here, mut there) = (db.db.watch(&ada), other.watch(&ada));
    announce(&db.db, &ada).await;
    assert!(hears(&mut here).await && hears(&mut there).await);
    announce(&other, &ada).await;
    assert!(hears(&mut here).await && hears(&mut there).await);
    other.close().await;
}

#[tokio::test]
async fn after_a_lost_connection_everybody_looks_and_hears_again() {
    let Some(db) = TestDb::postgres().await else { return };
    listens(&db.db).await;
    let ada = user_id(1);
    let mut watch = db.db.watch(&ada);
    end_connections(&db).await;
    assert!(timeout(Duration::from_secs(5), watch.changed()).await.is_ok(), "something may have been missed");
    announce(&db.db, &ada).await;
    assert!(hears(&mut watch).await);
}

#[tokio::test]
async fn listening_does_not_keep_a_process_from_ending() {
    on_each(async |db| {
        let own = Db::connect(db.url()).await.unwrap();
        listens(&own).await;
        let _watch = own.watch(&user_id(1));
        timeout(Duration::from_secs(5), own.close()).await.expect("closed");
    })
    .await;
}

#[tokio::test]
async fn an_event_is_told_to_those_who_watch_its_account_unless_it_was_refused() {
    on_each(async |db| {
        listens(&db.db).await;
        let (ada, bob) = two_users(db).await;
        let (mut one, mut other) = (db.db.watch(&ada), db.db.watch(&bob));
        let failure = Refusal::WrongPassword.into();
        let (refused, nobodys) = (NewEvent { failure: Some(&failure), ..event(Some(&ada)) }, event(None));
        for new in [refused, nobodys] {
            tx!(db, record(&new)).unwrap();
            assert!(hears_nothing(&mut one).await, "{:?}", new.user_id);
        }
        tx!(db, record(&event(Some(&ada)))).unwrap();
        assert!(hears(&mut one).await);
        assert!(hears_nothing(&mut other).await, "somebody else's");
    })
    .await;
}

#[tokio::test]
async fn what_a_session_shows_is_read_at_once() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, user) in [(1, &ada), (2, &ada), (3, &bob)] {
            let id = session_id(number);
            let new = NewSession { id: &id, user_id: user, token_hash: &[number], ip: None, user_agent: "", at: NOW };
            tx!(db, insert_session(&new)).unwrap();
        }
        assert!(tx!(db, renew_session(&session_id(1), &[1], SudoMode::Begun(after(5)))).unwrap());
        let row = tx!(db, live_row(&session_id(1), &ada)).unwrap().unwrap();
        let plain = LiveRow {
            email: "ada@example.com".to_owned(),
            email_verified_at: Some(NOW.0),
            name: None,
            has_password: true,
            delete_at: None,
            signed_in_at: NOW.0,
            last_seen_at: NOW.0,
            sudo_at: Some(after(5).0),
            sessions: 2,
            change_until: None,
            export_at: None,
            last_event: None,
        };
        assert_eq!(row, plain);
        assert_eq!(row.seen(), (NOW, NOW));
        let (old, new) = (email("ada@example.com"), email("new@example.com"));
        tx!(
            db,
            insert_email_change(&signet::server::store::NewEmailChange {
                id: &link_id(1),
                user_id: &ada,
                old_email: &old,
                new_email: &new,
                stamp: 0,
                at: NOW,
                expires_at: after(60),
            })
        )
        .unwrap();
        let row = tx!(db, live_row(&session_id(1), &ada)).unwrap().unwrap();
        assert_eq!(row.change_until, Some(after(60).0));
        // Pages are rendered from the same values.
        assert_eq!(tx!(db, session_by_token(&[1], &[], NOW)).unwrap().unwrap().live, row);
        // Not for another account, and not after the session has ended.
        assert_eq!(tx!(db, live_row(&session_id(1), &bob)).unwrap(), None);
        assert!(tx!(db, end_session(&session_id(1), &ada)).unwrap());
        assert_eq!(tx!(db, live_row(&session_id(1), &ada)).unwrap(), None);
        assert_eq!(tx!(db, live_row(&session_id(2), &ada)).unwrap().unwrap().sessions, 1);
    })
    .await;
}

#[tokio::test]
async fn a_closed_account_is_shown_and_a_deleted_one_is_not() {
    on_each(async |db| {
        let (shut, gone) = (closed(db, 1, "ada@example.com").await, verified(db, 2, "bob@example.com").await);
        for (number, user) in [(1, &shut), (2, &gone)] {
            let id = session_id(number);
            let new = NewSession { id: &id, user_id: user, token_hash: &[number], ip: None, user_agent: "", at: NOW };
            tx!(db, insert_session(&new)).unwrap();
        }
        assert!(tx!(db, live_row(&session_id(1), &shut)).unwrap().unwrap().delete_at.is_some());
        let sql = format!("UPDATE signet_users SET deleted_at = {} WHERE id = '{gone}'", NOW.0);
        db.run(&sql).await.unwrap();
        assert_eq!(tx!(db, live_row(&session_id(2), &gone)).unwrap(), None);
    })
    .await;
}
