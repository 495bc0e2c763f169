//! Statements on `api_tokens`, and those on `sessions` that programs need.

use signet::{
    domain::{
        api_tokens::{IssuedToken, Scope},
        id::{ApiTokenId, UserId},
        profile::Name,
        time::{Span, Timestamp},
    },
    server::store::{NewApiToken, NewSession, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after, closed, is_conflict, on_each, race, session_id, two_users, user_id, winners};

const MOST: i64 = 50;
const ANONYMIZED: &str = "anonymized_at = 1, email = NULL, email_key = NULL, password_hash = NULL";

fn token(number: u8) -> IssuedToken {
    IssuedToken {
        id: ApiTokenId::from_random([number; 16]),
        name: Name::from_row(format!("token {number}")),
        scope: if number.is_multiple_of(2) { Scope::Read } else { Scope::Write },
        hint: format!("{number:04}"),
        created_at: after(i64::from(number)),
        expires_at: after(1_000 + i64::from(number)),
        last_used_at: None,
    }
}

async fn issue_of(db: &TestDb, number: u8, user: &UserId, most: i64) -> Result<bool, StoreError> {
    let (token, hash) = (token(number), [number; 32]);
    tx!(db, insert_api_token(&NewApiToken { user_id: user, token: &token, token_hash: &hash }, most))
}

async fn issue(db: &TestDb, number: u8, user: &UserId) -> IssuedToken {
    assert!(issue_of(db, number, user, MOST).await.unwrap());
    token(number)
}

/// The names of the remaining tokens.
async fn left(db: &TestDb) -> Vec<String> {
    db.rows("SELECT name FROM signet_api_tokens ORDER BY name").await
}

#[tokio::test]
async fn a_token_is_read_as_it_was_issued() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (issue(db, 1, &ada).await, issue(db, 2, &ada).await);
        let found = tx!(db, api_token_by_hash(&[1; 32])).unwrap().unwrap();
        assert_eq!((&found.token, &found.user.id), (&one, &ada));
        assert!(found.user == tx!(db, user(&ada)).unwrap().unwrap());
        assert!(tx!(db, api_token_by_hash(&[9; 32])).unwrap().is_none());
        assert_eq!(tx!(db, api_token(&one.id, &ada)).unwrap().as_ref(), Some(&one));
        assert_eq!(tx!(db, api_token(&one.id, &bob)).unwrap(), None, "another account's is none");
        assert_eq!(tx!(db, api_tokens(&ada)).unwrap(), [two, one], "the newest first");
        assert!(tx!(db, api_tokens(&bob)).unwrap().is_empty());
    })
    .await;
}

/// Behaviour rule 9.
#[tokio::test]
async fn a_closed_or_deleted_account_has_no_token_that_works() {
    on_each(async |db| {
        let gone = closed(db, 1, "ada@example.com").await;
        issue(db, 1, &gone).await;
        assert!(tx!(db, api_token_by_hash(&[1; 32])).unwrap().is_none());
        for (number, change) in [(2, "deleted_at = 1"), (3, ANONYMIZED)] {
            let user = crate::fixture::verified(db, number, &format!("u{number}@example.com")).await;
            issue(db, number, &user).await;
            assert!(tx!(db, api_token_by_hash(&[number; 32])).unwrap().is_some());
            db.run(&format!("UPDATE signet_users SET {change} WHERE id = '{user}'")).await.unwrap();
            assert!(tx!(db, api_token_by_hash(&[number; 32])).unwrap().is_none(), "{change}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_has_as_many_as_it_may() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        assert!(issue_of(db, 1, &ada, 2).await.unwrap());
        assert!(issue_of(db, 2, &ada, 2).await.unwrap());
        assert!(!issue_of(db, 3, &ada, 2).await.unwrap());
        assert!(issue_of(db, 4, &bob, 2).await.unwrap(), "the others' do not count");
        assert_eq!(left(db).await, ["token 1", "token 2", "token 4"]);
    })
    .await;
}

#[tokio::test]
async fn no_two_tokens_have_one_hash_and_none_is_nobodys() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        issue(db, 1, &ada).await;
        let other = IssuedToken { id: ApiTokenId::from_random([9; 16]), ..token(1) };
        let new = NewApiToken { user_id: &bob, token: &other, token_hash: &[1; 32] };
        assert!(is_conflict(&tx!(db, insert_api_token(&new, MOST))));
        assert!(issue_of(db, 2, &user_id(9), MOST).await.is_err());
        assert_eq!(left(db).await, ["token 1"]);
    })
    .await;
}

#[tokio::test]
async fn a_use_moves_the_note_forward_only() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let (one, two) = (issue(db, 1, &ada).await, issue(db, 2, &ada).await);
        for (at, expected) in [(5, 5), (9, 9), (7, 9)] {
            tx!(db, touch_api_token(&one.id, after(at))).unwrap();
            let noted = tx!(db, api_token(&one.id, &ada)).unwrap().unwrap().last_used_at;
            assert_eq!(noted, Some(after(expected)), "{at}");
        }
        assert_eq!(tx!(db, api_token(&two.id, &ada)).unwrap().unwrap().last_used_at, None);
    })
    .await;
}

#[tokio::test]
async fn only_the_first_use_after_the_end_is_noted() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let one = issue(db, 1, &ada).await;
        for (at, is_noted) in [(1_000, false), (1_001, false), (1_002, true), (1_003, false)] {
            assert_eq!(tx!(db, note_refused_api_token(&one.id, after(at))).unwrap(), is_noted, "{at}");
            let token = tx!(db, api_token(&one.id, &ada)).unwrap().unwrap();
            assert_eq!(token.is_noted_as_refused(), at >= 1_002, "{at}");
        }
        let gone = ApiTokenId::from_random([9; 16]);
        assert!(!tx!(db, note_refused_api_token(&gone, after(5_000))).unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_token_is_revoked_once_and_by_its_owner() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let one = issue(db, 1, &ada).await;
        issue(db, 2, &ada).await;
        assert_eq!(tx!(db, drop_api_token(&one.id, &bob)).unwrap(), None);
        let dropped = race(db, async |tx| Ok(tx.drop_api_token(&one.id, &ada).await?.is_some())).await;
        assert_eq!(winners(dropped), 1);
        assert_eq!(left(db).await, ["token 2"]);
        assert!(tx!(db, api_token_by_hash(&[1; 32])).unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn all_tokens_of_an_account_go_at_once_and_with_it() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, user) in [(1, &ada), (2, &ada), (3, &bob)] {
            issue(db, number, user).await;
        }
        assert_eq!(tx!(db, drop_api_tokens(&ada)).unwrap(), 2);
        assert_eq!(tx!(db, drop_api_tokens(&ada)).unwrap(), 0);
        assert_eq!(left(db).await, ["token 3"]);
        db.run(&format!("DELETE FROM signet_users WHERE id = '{bob}'")).await.unwrap();
        assert!(left(db).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_has_run_out_is_not_counted_and_swept_to_the_second() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (one, two) = (issue(db, 1, &ada).await, issue(db, 2, &ada).await);
        issue(db, 3, &bob).await;
        let count = async |at: Timestamp| tx!(db, count_api_tokens(&ada, at)).unwrap();
        assert_eq!([count(one.expires_at).await, count(two.expires_at).await], [2, 1]);
        assert_eq!(count(two.expires_at.plus(Span::seconds(1))).await, 0);
        assert_eq!(tx!(db, sweep_api_tokens(one.expires_at, 10)).unwrap(), 0);
        assert_eq!(tx!(db, sweep_api_tokens(two.expires_at, 10)).unwrap(), 1);
        assert_eq!(left(db).await, ["token 2", "token 3"]);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_while_they_live_and_ended_by_their_owner() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, user) in [(1, &ada), (2, &ada), (3, &bob)] {
            let (id, hash) = (session_id(number), [number; 32]);
            let at = after(i64::from(number));
            let ip = (number == 2).then_some("192.0.2.7");
            let new = NewSession { id: &id, user_id: user, token_hash: &hash, ip, user_agent: "a test", at };
            tx!(db, insert_session(&new)).unwrap();
        }
        let live = async |used: i64, begun: i64| {
            let lines = tx!(db, live_sessions(&ada, (after(used), after(begun)))).unwrap();
            lines.into_iter().map(|line| (line.id, line.ip)).collect::<Vec<_>>()
        };
        let (one, two) = ((session_id(1), None), (session_id(2), Some("192.0.2.7".to_owned())));
        assert_eq!(live(1, 1).await, [two.clone(), one]);
        assert_eq!(live(2, 1).await, std::slice::from_ref(&two));
        assert_eq!(live(1, 2).await, [two]);
        assert_eq!(tx!(db, revoke_session(&session_id(1), &bob)).unwrap(), None);
        assert_eq!(tx!(db, revoke_session(&session_id(1), &ada)).unwrap().as_deref(), Some("a test"));
        assert_eq!(tx!(db, revoke_session(&session_id(1), &ada)).unwrap(), None);
        let left = db.rows("SELECT created_at FROM signet_sessions ORDER BY 1").await;
        assert_eq!(left, [(NOW.0 + 2).to_string(), (NOW.0 + 3).to_string()]);
    })
    .await;
}
