//! Statements on `provider_attempts`.

use signet::{
    domain::{
        id::{SessionId, UserId},
        providers::{AskFor, ProviderId},
        time::Timestamp,
    },
    server::store::{Attempt, NewAttempt, NewSession, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after, is_conflict, on_each, race, session_id, two_users, user_id, winners};

async fn session(db: &TestDb, number: u8, user: &UserId) -> SessionId {
    let id = session_id(number);
    let (hash, ip) = ([number; 32], None);
    let new = NewSession { id: &id, user_id: user, token_hash: &hash, ip, user_agent: "a test", at: NOW };
    tx!(db, insert_session(&new)).unwrap();
    id
}

async fn begin(
    db: &TestDb,
    id: &str,
    ask: AskFor,
    viewer: Option<(&UserId, &SessionId)>,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let provider = ProviderId::parse("acme").unwrap();
    let return_to = "/users/settings?a=1";
    tx!(db, insert_attempt(&NewAttempt { id, provider: &provider, ask, viewer, return_to, at: NOW, expires_at }))
}

async fn left(db: &TestDb) -> Vec<String> {
    db.rows("SELECT id FROM signet_provider_attempts ORDER BY id").await
}

#[tokio::test]
async fn an_attempt_is_read_as_it_began_until_it_is_taken() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let own = session(db, 1, &ada).await;
        for ask in AskFor::ALL.iter().copied() {
            let viewer = (ask != AskFor::SignIn).then_some((&ada, &own));
            begin(db, ask.word(), ask, viewer, after(60)).await.unwrap();
            let expected = Attempt {
                provider: ProviderId::parse("acme").unwrap(),
                ask,
                viewer: viewer.map(|(user, session)| (user.clone(), session.clone())),
                return_to: "/users/settings?a=1".to_owned(),
                started_at: NOW,
                expires_at: after(60),
            };
            assert_eq!(tx!(db, attempt(ask.word())).unwrap().as_ref(), Some(&expected));
            for (at, is_open) in [(-1, false), (0, true), (60, true), (61, false)] {
                assert_eq!(expected.is_open(after(at)), is_open, "{at}");
            }
            assert!(tx!(db, take_attempt(ask.word())).unwrap());
            assert!(!tx!(db, take_attempt(ask.word())).unwrap());
            assert_eq!(tx!(db, attempt(ask.word())).unwrap(), None);
        }
        assert_eq!(tx!(db, attempt("other")).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_is_taken_by_one_of_two() {
    on_each(async |db| {
        begin(db, "a", AskFor::SignIn, None, after(60)).await.unwrap();
        begin(db, "b", AskFor::SignIn, None, after(60)).await.unwrap();
        assert!(is_conflict(&begin(db, "a", AskFor::SignIn, None, after(60)).await));
        assert_eq!(winners(race(db, async |tx| tx.take_attempt("a").await).await), 1);
        assert_eq!(left(db).await, ["b"]);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_needs_account_and_session_or_neither_and_goes_with_them() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (session(db, 1, &ada).await, session(db, 2, &bob).await);
        assert!(begin(db, "x", AskFor::Link, Some((&user_id(9), &one)), NOW).await.is_err());
        assert!(begin(db, "x", AskFor::Link, Some((&ada, &session_id(9))), NOW).await.is_err());
        begin(db, "ada", AskFor::Link, Some((&ada, &one)), NOW).await.unwrap();
        begin(db, "bob", AskFor::Sudo, Some((&bob, &two)), NOW).await.unwrap();
        begin(db, "nobody", AskFor::SignIn, None, NOW).await.unwrap();
        assert!(db.run("UPDATE signet_provider_attempts SET user_id = NULL WHERE id = 'ada'").await.is_err());
        assert!(tx!(db, end_session(&one, &ada)).unwrap());
        assert_eq!(left(db).await, ["bob", "nobody"]);
        db.run(&format!("DELETE FROM signet_users WHERE id = '{bob}'")).await.unwrap();
        assert_eq!(left(db).await, ["nobody"]);
    })
    .await;
}

#[tokio::test]
async fn attempts_of_one_account_are_dropped_and_swept_are_those_that_ran_out() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (session(db, 1, &ada).await, session(db, 2, &bob).await);
        begin(db, "ada", AskFor::Link, Some((&ada, &one)), after(60)).await.unwrap();
        begin(db, "bob", AskFor::Link, Some((&bob, &two)), after(60)).await.unwrap();
        begin(db, "old", AskFor::SignIn, None, after(59)).await.unwrap();
        tx!(db, drop_attempts(&ada)).unwrap();
        assert_eq!(left(db).await, ["bob", "old"]);
        assert_eq!(tx!(db, sweep_attempts(after(60), 10)).unwrap(), 1);
        assert_eq!(left(db).await, ["bob"]);
    })
    .await;
}
