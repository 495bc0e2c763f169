//! Statements on `sudo_codes`.

use signet::{
    domain::{
        id::{LinkId, SessionId, UserId},
        time::Timestamp,
    },
    server::store::{NewSession, NewSudoCode, StoreError, SudoCode},
    testing::TestDb,
};

use crate::fixture::{NOW, after, link_id, on_each, race, session_id, two_users, user_id, winners};

const MOST: i64 = 5;

async fn session(db: &TestDb, number: u8, user: &UserId) -> SessionId {
    let id = session_id(number);
    let (hash, ip) = ([number; 32], None);
    let new = NewSession { id: &id, user_id: user, token_hash: &hash, ip, user_agent: "a test", at: NOW };
    tx!(db, insert_session(&new)).unwrap();
    id
}

/// Stores a code that works for 600 seconds.
async fn put(db: &TestDb, number: u8, user: &UserId, own: &SessionId, at: i64) -> Result<LinkId, StoreError> {
    let (id, expires_at) = (link_id(number), after(at + 600));
    let new = NewSudoCode { id: &id, user_id: user, session_id: own, at: after(at), expires_at };
    tx!(db, put_sudo_code(&new)).map(|()| id)
}

async fn tries(db: &TestDb, user: &UserId, own: &SessionId, at: Timestamp) -> Option<i64> {
    tx!(db, try_sudo_code(user, own, MOST, at)).unwrap().map(|code| code.tries)
}

#[tokio::test]
async fn a_code_takes_the_place_of_the_one_before() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (session(db, 1, &ada).await, session(db, 2, &ada).await);
        assert_eq!(tx!(db, sudo_code(&ada)).unwrap(), None);
        put(db, 1, &ada, &one, 0).await.unwrap();
        let id = put(db, 2, &ada, &two, 60).await.unwrap();
        let expected = SudoCode {
            id,
            user_id: ada.clone(),
            session_id: two,
            expires_at: after(660),
            tries: 0,
            window_until: after(600),
        };
        assert_eq!(tx!(db, sudo_code(&ada)).unwrap(), Some(expected));
        assert_eq!(tx!(db, sudo_code(&bob)).unwrap(), None);
        assert_eq!(db.rows("SELECT created_at FROM signet_sudo_codes").await, [after(60).0.to_string()]);
    })
    .await;
}

#[tokio::test]
async fn tries_count_in_their_session_and_time_and_up_to_their_number() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (session(db, 1, &ada).await, session(db, 2, &ada).await);
        put(db, 1, &ada, &one, 0).await.unwrap();
        assert_eq!(tries(db, &ada, &two, NOW).await, None);
        assert_eq!(tries(db, &bob, &one, NOW).await, None);
        assert_eq!(tries(db, &ada, &one, after(601)).await, None);
        for expected in 1..=5 {
            assert_eq!(tries(db, &ada, &one, after(600)).await, Some(expected));
        }
        assert_eq!(tries(db, &ada, &one, NOW).await, None);
    })
    .await;
}

#[tokio::test]
async fn the_last_try_is_one_of_two() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let own = session(db, 1, &ada).await;
        put(db, 1, &ada, &own, 0).await.unwrap();
        for _ in 1..MOST {
            tries(db, &ada, &own, NOW).await.unwrap();
        }
        let tried = race(db, async |tx| tx.try_sudo_code(&ada, &own, MOST, NOW).await.map(|code| code.is_some())).await;
        assert_eq!(winners(tried), 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_code_gives_new_tries_only_when_the_old_ones_do_not_count_any_more() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let own = session(db, 1, &ada).await;
        put(db, 1, &ada, &own, 0).await.unwrap();
        tries(db, &ada, &own, NOW).await.unwrap();
        put(db, 2, &ada, &own, 600).await.unwrap();
        assert_eq!(tries(db, &ada, &own, after(600)).await, Some(2));
        put(db, 3, &ada, &own, 601).await.unwrap();
        assert_eq!(tries(db, &ada, &own, after(601)).await, Some(1));
        assert_eq!(tx!(db, sudo_code(&ada)).unwrap().unwrap().window_until, after(1201));
    })
    .await;
}

#[tokio::test]
async fn a_code_is_dropped_once_dies_with_its_session_but_for_its_tries_and_goes_with_its_account() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (session(db, 1, &ada).await, session(db, 2, &bob).await);
        assert!(put(db, 9, &user_id(9), &one, 0).await.is_err());
        put(db, 1, &ada, &one, 0).await.unwrap();
        put(db, 2, &bob, &two, 0).await.unwrap();
        assert_eq!(winners(race(db, async |tx| tx.drop_sudo_code(&ada).await).await), 1);
        assert_eq!(db.rows("SELECT user_id FROM signet_sudo_codes").await, [bob.as_str()]);
        put(db, 1, &ada, &one, 0).await.unwrap();
        tries(db, &ada, &one, NOW).await.unwrap();
        assert!(tx!(db, end_session(&one, &ada)).unwrap());
        assert_eq!(tries(db, &ada, &one, NOW).await, None);
        let next = session(db, 3, &ada).await;
        assert_eq!(tries(db, &ada, &next, NOW).await, None, "it was for another session");
        put(db, 3, &ada, &next, 1).await.unwrap();
        assert_eq!(tries(db, &ada, &next, after(1)).await, Some(2), "signing in again gives no new tries");
        db.run("DELETE FROM signet_users").await.unwrap();
        assert!(db.rows("SELECT user_id FROM signet_sudo_codes").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_code_is_swept_when_neither_it_nor_its_tries_matter() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (session(db, 1, &ada).await, session(db, 2, &bob).await);
        put(db, 1, &ada, &one, 0).await.unwrap();
        put(db, 2, &bob, &two, 0).await.unwrap();
        put(db, 3, &bob, &two, 10).await.unwrap();
        assert_eq!(tx!(db, sweep_sudo_codes(after(600), 10)).unwrap(), 0);
        assert_eq!(tx!(db, sweep_sudo_codes(after(601), 10)).unwrap(), 1);
        assert_eq!(db.rows("SELECT user_id FROM signet_sudo_codes").await, [bob.as_str()]);
        assert_eq!(tx!(db, sweep_sudo_codes(after(611), 10)).unwrap(), 1);
    })
    .await;
}
