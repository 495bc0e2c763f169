//! Statements on `sessions`.

use signet::{
    domain::{
        id::{SessionId, UserId},
        sessions::Session,
        sudo::SudoMode,
        time::Timestamp,
    },
    server::store::{HeldSession, NewSession, StoreError},
    testing::TestDb,
};

use crate::fixture::{
    GRACE, NOW, after, anonymized, closed, email, in_14_days, is_conflict, on_each, race, session_id, soft_deleted,
    two_users, user_id, verified, winners,
};

/// A session whose token has the hash `[number; 32]`.
async fn insert(db: &TestDb, number: u8, user: &UserId, at: Timestamp) -> Result<SessionId, StoreError> {
    let id = session_id(number);
    let new = NewSession {
        id: &id,
        user_id: user,
        token_hash: &[number; 32],
        ip: Some("192.0.2.1"),
        user_agent: "Firefox",
        at,
    };
    tx!(db, insert_session(&new)).map(|()| id)
}

pub async fn session(db: &TestDb, number: u8, user: &UserId) -> SessionId {
    insert(db, number, user, NOW).await.unwrap()
}

/// Three sessions of ada's, and the fourth is bob's.
async fn four_sessions(db: &TestDb) -> (UserId, UserId) {
    let (ada, bob) = two_users(db).await;
    for (number, user) in [(1, &ada), (2, &ada), (3, &ada), (4, &bob)] {
        session(db, number, user).await;
    }
    (ada, bob)
}

#[tokio::test]
async fn a_session_is_stored_with_where_it_came_from() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        session(db, 7, &ada).await;
        let sql =
            "SELECT id, user_id, token_hash, ip, user_agent, created_at, last_seen_at, sudo_at FROM signet_sessions";
        snapshot!(db.table(sql).await, @r"
        id            07070707070707070707070707070707
        user_id       01010101010101010101010101010101
        token_hash    \x0707070707070707070707070707070707070707070707070707070707070707
        ip            192.0.2.1
        user_agent    Firefox
        created_at    1800000000
        last_seen_at  1800000000
        sudo_at       NULL
        ");
    })
    .await;
}

#[tokio::test]
async fn a_token_finds_its_session_and_account_in_one_read() {
    on_each(async |db| {
        let ada = closed(db, 1, "ada@example.com").await;
        let name = signet::domain::profile::Name::parse("Ada").unwrap();
        tx!(db, set_name(&ada, name.as_ref())).unwrap();
        let id = insert(db, 7, &ada, after(1)).await.unwrap();
        assert!(tx!(db, renew_session(&id, &[7; 32], SudoMode::Begun(after(2)))).unwrap());
        tx!(db, touch_session(&id, after(3))).unwrap();

        let owner = tx!(db, session_by_token(&[7; 32], &[], NOW)).unwrap().unwrap();
        let expected = Session {
            id: id.clone(),
            user_id: ada.clone(),
            created_at: after(1),
            last_seen_at: after(3),
            looked_at: None,
            sudo_at: Some(after(2)),
        };
        assert!(owner.session == expected);
        let held = tx!(db, hold_session(&id, &ada, &[7; 32])).unwrap().unwrap();
        assert!(held == HeldSession { user: owner.user.clone(), session: expected, has_current_token: true });
        assert!(tx!(db, user(&ada)).unwrap() == Some(owner.user));
    })
    .await;
}

#[tokio::test]
async fn the_account_beside_a_session_shows_whether_it_has_a_password() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        session(db, 7, &ada).await;
        for (sql, has_password) in
            [("SELECT 1", true), ("UPDATE signet_users SET password_hash = NULL, email_verified_at = NULL", false)]
        {
            db.run(sql).await.unwrap();
            let owner = tx!(db, session_by_token(&[7; 32], &[], NOW)).unwrap().unwrap();
            assert_eq!(owner.user.has_password, has_password);
            assert_eq!(owner.user.email_verified_at.is_some(), has_password);
            assert_eq!(owner.user.email, email("ada@example.com"));
            assert_eq!(owner.user.deletion, None);
        }
        assert!(tx!(db, schedule_deletion(&ada, in_14_days(), GRACE)).unwrap().is_some());
        let owner = tx!(db, session_by_token(&[7; 32], &[], NOW)).unwrap().unwrap();
        assert_eq!(owner.user.deletion, Some(in_14_days()));
    })
    .await;
}

#[tokio::test]
async fn an_unknown_token_or_that_of_a_deleted_account_finds_nothing() {
    on_each(async |db| {
        let soft = soft_deleted(db, 1).await;
        let erased = anonymized(db, 2).await;
        session(db, 1, &soft).await;
        session(db, 2, &erased).await;
        for hash in [[1; 32], [2; 32], [3; 32]] {
            assert!(tx!(db, session_by_token(&hash, &[], NOW)).unwrap().is_none());
        }
        assert!(tx!(db, session_by_token(&[], &[], NOW)).unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn no_two_sessions_share_a_token() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        session(db, 1, &ada).await;
        let second = session(db, 2, &ada).await;
        let new =
            NewSession { id: &session_id(3), user_id: &ada, token_hash: &[1; 32], ip: None, user_agent: "", at: NOW };
        assert!(is_conflict(&tx!(db, insert_session(&new))));
        assert!(is_conflict(&tx!(db, renew_session(&second, &[1; 32], SudoMode::Kept))));
    })
    .await;
}

#[tokio::test]
async fn a_session_needs_an_account() {
    on_each(async |db| {
        assert!(matches!(insert(db, 1, &user_id(9), NOW).await, Err(StoreError::Orphan)));
    })
    .await;
}

#[tokio::test]
async fn a_session_is_found_only_for_its_own_account() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let id = session(db, 1, &ada).await;
        assert!(tx!(db, hold_session(&id, &ada, &[1; 32])).unwrap().is_some());
        assert!(tx!(db, hold_session(&id, &bob, &[1; 32])).unwrap().is_none());
        assert!(tx!(db, hold_session(&session_id(9), &ada, &[1; 32])).unwrap().is_none());
        assert!(!tx!(db, hold_session(&id, &ada, &[2; 32])).unwrap().unwrap().has_current_token);
        assert!(!tx!(db, end_session(&id, &bob)).unwrap());
        assert_eq!(tx!(db, count_sessions(&ada, (NOW, NOW))).unwrap(), 1);
        assert_eq!(tx!(db, count_sessions(&bob, (NOW, NOW))).unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_renewed_session_has_a_new_token_and_the_old_one_is_dead() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = session(db, 1, &ada).await;
        assert!(tx!(db, renew_session(&id, &[9; 32], SudoMode::Kept)).unwrap());
        assert!(tx!(db, session_by_token(&[1; 32], &[], NOW)).unwrap().is_none());
        assert!(tx!(db, session_by_token(&[9; 32], &[], NOW)).unwrap().is_some_and(|owner| owner.session.id == id));
        assert!(tx!(db, end_session(&id, &ada)).unwrap());
        assert!(!tx!(db, renew_session(&id, &[8; 32], SudoMode::Kept)).unwrap());
        assert!(!tx!(db, renew_session(&id, &[8; 32], SudoMode::Begun(NOW))).unwrap());
    })
    .await;
}

#[tokio::test]
async fn sudo_begins_in_one_session_and_ends_in_all_of_the_account() {
    on_each(async |db| {
        let (ada, _) = four_sessions(db).await;
        let sudo = "SELECT sudo_at FROM signet_sessions ORDER BY id";
        for number in [1, 2, 4] {
            assert!(tx!(db, renew_session(&session_id(number), &[number; 32], SudoMode::Begun(after(5)))).unwrap());
        }
        let at = (NOW.0 + 5).to_string();
        assert_eq!(db.rows(sudo).await, [&*at, &at, "NULL", &at]);
        assert!(tx!(db, renew_session(&session_id(4), &[9; 32], SudoMode::Ended)).unwrap());
        assert_eq!(db.rows(sudo).await, [&*at, &at, "NULL", "NULL"]);
        tx!(db, end_sudo(&ada)).unwrap();
        assert_eq!(db.rows(sudo).await, ["NULL", "NULL", "NULL", "NULL"]);
    })
    .await;
}

#[tokio::test]
async fn last_seen_moves_forward_and_never_back() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = session(db, 1, &ada).await;
        session(db, 2, &ada).await;
        for (offset, expected) in [(-1, 0), (0, 0), (1, 1), (0, 1)] {
            tx!(db, touch_session(&id, after(offset))).unwrap();
            let seen = db.rows("SELECT last_seen_at FROM signet_sessions ORDER BY id").await;
            assert_eq!(seen, [(NOW.0 + expected).to_string(), NOW.0.to_string()], "{offset}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_once() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = session(db, 1, &ada).await;
        let attempts = race(db, async |tx| tx.end_session(&id, &ada).await).await;
        assert_eq!(winners(attempts), 1);
        assert!(tx!(db, session_by_token(&[1; 32], &[], NOW)).unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn all_sessions_of_an_account_end_except_the_one_to_keep() {
    on_each(async |db| {
        let (ada, _) = four_sessions(db).await;
        let left = async || db.rows("SELECT id FROM signet_sessions ORDER BY id").await;
        assert_eq!(tx!(db, end_sessions(&ada, Some(&session_id(2)))).unwrap(), 2);
        assert_eq!(left().await, [session_id(2).as_str(), session_id(4).as_str()]);
        assert_eq!(tx!(db, end_sessions(&ada, None)).unwrap(), 1);
        assert_eq!(tx!(db, end_sessions(&ada, None)).unwrap(), 0);
        assert_eq!(left().await, [session_id(4).as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_sweep_takes_what_has_been_idle_or_has_lasted_too_long_to_the_second() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let (idle_since, begun_before) = (after(-7), after(-30));
        let cases = [(-30, -8, false), (-30, -7, true), (-29, -6, true), (-31, 0, false), (-30, 0, true)];
        for (number, (created, seen, _)) in (1..).zip(cases) {
            let id = session(db, number, &ada).await;
            let (created, seen) = (NOW.0 + created, NOW.0 + seen);
            let sql =
                format!("UPDATE signet_sessions SET created_at = {created}, last_seen_at = {seen} WHERE id = '{id}'");
            db.run(&sql).await.unwrap();
        }
        assert_eq!(tx!(db, sweep_sessions(idle_since, begun_before, 10)).unwrap(), 2);
        let left = db.rows("SELECT id FROM signet_sessions ORDER BY id").await;
        let kept = (1..).zip(cases).filter(|(_, (.., alive))| *alive);
        assert_eq!(left, kept.map(|(number, _)| session_id(number).to_string()).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn sessions_go_with_their_account() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        session(db, 1, &ada).await;
        session(db, 2, &bob).await;
        db.run(&format!("DELETE FROM signet_users WHERE id = '{ada}'")).await.unwrap();
        assert_eq!(db.rows("SELECT user_id FROM signet_sessions").await, [bob.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn live_sessions_are_ones_own_the_last_used_first_to_the_second() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let since = (after(-7), after(-30));
        let cases = [(-30, -7, true), (-30, -8, false), (-31, 0, false), (-9, 0, true), (-3, 0, true), (-5, -5, true)];
        for (number, (created, seen, _)) in (1..).zip(cases) {
            let id = session(db, number, &ada).await;
            let (created, seen) = (NOW.0 + created, NOW.0 + seen);
            let sql =
                format!("UPDATE signet_sessions SET created_at = {created}, last_seen_at = {seen} WHERE id = '{id}'");
            db.run(&sql).await.unwrap();
        }
        session(db, 9, &bob).await;
        let lines = tx!(db, live_sessions(&ada, since)).unwrap();
        let seen: Vec<_> = lines.iter().map(|line| (line.id.clone(), line.created_at, line.last_seen_at)).collect();
        let expected = [(5, -3, 0), (4, -9, 0), (6, -5, -5), (1, -30, -7)];
        assert_eq!(seen, expected.map(|(id, created, seen)| (session_id(id), after(created), after(seen))));
        assert_eq!((lines[0].ip.as_deref(), lines[0].user_agent.as_str()), (Some("192.0.2.1"), "Firefox"));
        assert_eq!(tx!(db, count_sessions(&ada, since)).unwrap(), 4);
        assert_eq!(tx!(db, count_sessions(&user_id(8), since)).unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_named_session_is_revoked_once_by_its_own_account_and_said_which() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let id = session(db, 1, &ada).await;
        session(db, 2, &ada).await;
        assert_eq!(tx!(db, revoke_session(&id, &bob)).unwrap(), None);
        assert_eq!(tx!(db, revoke_session(&session_id(9), &ada)).unwrap(), None);
        let attempts = race(db, async |tx| tx.revoke_session(&id, &ada).await).await;
        let ended: Vec<_> = attempts.into_iter().filter_map(|attempt| attempt.unwrap()).collect();
        assert_eq!(ended, ["Firefox"]);
        assert_eq!(db.rows("SELECT id FROM signet_sessions").await, [session_id(2).as_str()]);
    })
    .await;
}

#[tokio::test]
async fn the_sessions_unused_for_longest_make_room_and_no_others() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, seen) in [(1, 3), (2, 1), (3, 2), (4, 1)] {
            let id = session(db, number, &ada).await;
            tx!(db, touch_session(&id, after(seen))).unwrap();
        }
        session(db, 9, &bob).await;
        let left = async || db.rows("SELECT id FROM signet_sessions ORDER BY id").await;
        for (keep, ended) in [(5, 0), (4, 0), (2, 2), (2, 0)] {
            assert_eq!(tx!(db, end_oldest_sessions(&ada, keep)).unwrap(), ended, "{keep}");
        }
        assert_eq!(left().await, [session_id(1).as_str(), session_id(3).as_str(), session_id(9).as_str()]);
        assert_eq!(tx!(db, end_oldest_sessions(&ada, 0)).unwrap(), 2);
        assert_eq!(left().await, [session_id(9).as_str()]);
    })
    .await;
}

/// A stolen session that only reads live pages shows itself, and dies as before.
#[tokio::test]
async fn a_look_is_seen_moves_forward_only_and_keeps_no_session_alive() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = session(db, 1, &ada).await;
        let seen = async || tx!(db, live_sessions(&ada, (NOW, NOW))).unwrap().first().map(|line| line.last_seen_at);
        assert_eq!(seen().await, Some(NOW));
        for (at, expected) in [(-5, 0), (90, 90), (60, 90), (120, 120)] {
            tx!(db, note_look(&id, after(at))).unwrap();
            assert_eq!(seen().await, Some(after(expected)), "{at}");
        }
        assert_eq!(tx!(db, live_sessions(&ada, (after(1), NOW))).unwrap().len(), 0, "idle");
        assert_eq!(tx!(db, sweep_sessions(after(1), NOW, 10)).unwrap(), 1);
    })
    .await;
}
