//! Statements on `exports`.

use signet::{
    domain::{
        export::{Export, State},
        id::{ExportId, UserId},
        time::{Span, Timestamp},
    },
    server::store::{NewExport, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after, is_conflict, on_each, race, two_users, user_id, verified, winners};

fn export_id(number: u8) -> ExportId {
    ExportId::from_random([number; 16])
}

async fn ask(db: &TestDb, number: u8, user: &UserId, at: Timestamp) -> Result<ExportId, StoreError> {
    let id = export_id(number);
    let new = NewExport { id: &id, user_id: user, at };
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
        assert_eq!(db.rows("SELECT id FROM signet_exports").await, [export_id(1).as_str()]);
        assert!(tx!(db, drop_export(&ada)).unwrap());
        assert!(!tx!(db, drop_export(&ada)).unwrap());
    })
    .await;
}

/// The next export, claimed for two minutes.
async fn claimed(db: &TestDb, now: Timestamp) -> Option<ExportId> {
    let is_due = db.db.single_read().await.unwrap().has_due_export(now).await.unwrap();
    let export = tx!(db, claim_export(now, now.plus(Span::minutes(2)))).unwrap();
    assert_eq!(export.is_some(), is_due, "who looks finds what can be claimed");
    export.map(|export| export.id)
}

#[tokio::test]
async fn the_one_that_waits_longest_is_claimed_and_none_that_is_ready() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let eve = verified(db, 3, "eve@example.com").await;
        let (late, early) = (ask(db, 1, &ada, after(5)).await.unwrap(), ask(db, 3, &eve, after(4)).await.unwrap());
        ready(db, 2, &bob).await;
        assert_eq!(claimed(db, after(3)).await, None);
        assert_eq!(claimed(db, after(5)).await, Some(early));
        assert_eq!(claimed(db, after(5)).await, Some(late));
        assert_eq!(claimed(db, after(5)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_claim_ends_at_its_second_or_with_the_export() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let id = ask(db, 1, &ada, NOW).await.unwrap();
        assert_eq!(claimed(db, NOW).await.as_ref(), Some(&id));
        for (offset, expected) in [(119, None), (120, Some(&id))] {
            assert_eq!(claimed(db, after(offset)).await.as_ref(), expected, "{offset}");
        }
        assert!(tx!(db, finish_export(&id, after(121), after(181))).unwrap());
        assert_eq!(db.rows("SELECT claimed_until FROM signet_exports").await, ["NULL"]);
        assert_eq!(claimed(db, after(300)).await, None);
    })
    .await;
}

#[tokio::test]
async fn of_two_workers_one_claims_it() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        ask(db, 1, &ada, NOW).await.unwrap();
        for (now, until) in [(NOW, after(120)), (after(120), after(240))] {
            let attempts = race(db, async |tx| tx.claim_export(now, until).await.map(|export| export.is_some())).await;
            assert_eq!(winners(attempts), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn it_is_swept_a_second_after_it_ran_out() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        ready(db, 1, &ada).await;
        ask(db, 2, &bob, NOW).await.unwrap();
        assert_eq!(tx!(db, sweep_exports(after(60), 10)).unwrap(), 0);
        assert_eq!(tx!(db, sweep_exports(after(61), 10)).unwrap(), 1);
        assert_eq!(db.rows("SELECT id FROM signet_exports").await, [export_id(2).as_str()]);
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
