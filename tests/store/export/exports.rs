//! Statements on `exports`.

use signet::{
    domain::{
        export::{Export, State},
        id::{ExportId, UserId},
        time::Timestamp,
    },
    server::store::{NewExport, StoreError},
};

use crate::{
    db::TestDb,
    fixture::{NOW, after, is_conflict, on_each, race, two_users, user_id, winners},
};

fn export_id(number: u8) -> ExportId {
    ExportId::from_random([number; 16])
}

async fn ask(db: &TestDb, number: u8, user: &UserId, at: Timestamp) -> Result<ExportId, StoreError> {
    let (id, job) = (export_id(number), format!("job {number}"));
    let new = NewExport { id: &id, user_id: user, at, job: &job };
    tx!(db, insert_export(&new)).map(|()| id)
}

/// An export that is ready until `after(60)`.
async fn ready(db: &TestDb, number: u8, user: &UserId) -> ExportId {
    let id = ask(db, number, user, NOW).await.unwrap();
    assert!(tx!(db, finish_export(&id, NOW, after(60))).unwrap());
    id
}

#[tokio::test]
async fn an_export_is_asked_for_and_then_ready() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let id = ask(db, 1, &ada, NOW).await.unwrap();
        let asked = Export {
            id: id.clone(),
            user_id: ada.clone(),
            state: State::Building,
            requested_at: NOW,
            ready_at: None,
            expires_at: None,
        };
        assert_eq!(tx!(db, export(&id)).unwrap(), Some(asked.clone()));
        assert_eq!(tx!(db, export_of(&ada)).unwrap(), Some(asked.clone()));
        assert_eq!(tx!(db, export_of(&bob)).unwrap(), None);
        assert!(tx!(db, finish_export(&id, after(5), after(65))).unwrap());
        let expected = Export { state: State::Ready, ready_at: Some(after(5)), expires_at: Some(after(65)), ..asked };
        assert_eq!(tx!(db, export(&id)).unwrap(), Some(expected));
        assert!(!tx!(db, finish_export(&id, after(6), after(66))).unwrap(), "once");
        assert!(!tx!(db, finish_export(&export_id(9), NOW, after(60))).unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_account_has_one_at_most() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        ask(db, 1, &ada, NOW).await.unwrap();
        assert!(is_conflict(&ask(db, 2, &ada, NOW).await));
        ask(db, 3, &bob, NOW).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_two_workers_one_ends_it() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let id = ask(db, 1, &ada, NOW).await.unwrap();
        let attempts = race(db, async |tx| tx.finish_export(&id, NOW, after(60)).await).await;
        assert_eq!(winners(attempts), 1);
    })
    .await;
}

#[tokio::test]
async fn only_one_that_is_ready_gives_way() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        assert_eq!(tx!(db, drop_ready_export(&ada)).unwrap(), None);
        ask(db, 1, &ada, NOW).await.unwrap();
        let bobs = ready(db, 2, &bob).await;
        assert_eq!(tx!(db, drop_ready_export(&ada)).unwrap(), None);
        assert_eq!(tx!(db, drop_ready_export(&bob)).unwrap(), Some(bobs));
        assert_eq!(db.rows("SELECT job FROM signet_exports").await, ["job 1"]);
        assert_eq!(tx!(db, drop_export(&ada)).unwrap().as_deref(), Some("job 1"));
        assert_eq!(tx!(db, drop_export(&ada)).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_ready_in_time_is_found_and_gets_another_job_once() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let id = ask(db, 1, &ada, after(5)).await.unwrap();
        ready(db, 2, &bob).await;
        assert_eq!(tx!(db, due_exports(after(4), 10)).unwrap(), []);
        assert_eq!(tx!(db, due_exports(after(5), 10)).unwrap(), [(id.clone(), "job 1".to_owned())]);
        assert_eq!(tx!(db, due_exports(after(5), 0)).unwrap(), []);
        assert!(!tx!(db, wake_export(&id, "another", "new")).unwrap());
        assert!(tx!(db, wake_export(&id, "job 1", "new")).unwrap());
        assert!(!tx!(db, wake_export(&id, "job 1", "newer")).unwrap());
        assert!(!tx!(db, wake_export(&export_id(2), "job 2", "newer")).unwrap(), "it is ready");
        assert_eq!(tx!(db, due_exports(after(5), 10)).unwrap(), [(id, "new".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn it_is_swept_a_second_after_it_ran_out() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let id = ready(db, 1, &ada).await;
        ask(db, 2, &bob, NOW).await.unwrap();
        assert_eq!(tx!(db, sweep_exports(after(60))).unwrap(), []);
        assert_eq!(tx!(db, sweep_exports(after(61))).unwrap(), [id]);
        assert_eq!(db.rows("SELECT job FROM signet_exports").await, ["job 2"]);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_contradicts_itself_is_refused() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        ready(db, 1, &ada).await;
        for change in ["state = 'building'", "ready_at = NULL", "expires_at = NULL"] {
            assert!(db.run(&format!("UPDATE signet_exports SET {change}")).await.is_err(), "{change}");
        }
        assert!(ask(db, 2, &user_id(9), NOW).await.is_err(), "nobody's export");
    })
    .await;
}
