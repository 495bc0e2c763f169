//! Statements on `mail_links`.

use signet::{
    domain::{
        id::{LinkId, UserId},
        mail_token::{Claims, Purpose},
        time::Timestamp,
    },
    server::store::{NewMailLink, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after, email, is_conflict, link_id, on_each, race, two_users, user_id, verified, winners};

async fn insert(
    db: &TestDb,
    number: u8,
    user: &UserId,
    purpose: Purpose,
    expires_at: Timestamp,
) -> Result<LinkId, StoreError> {
    let (id, device) = (link_id(number), [number; 32]);
    let new = NewMailLink {
        id: &id,
        user_id: user,
        purpose,
        email: &email("Ada@Example.com"),
        stamp: 7,
        device_hash: (number % 2 == 1).then_some(&device[..]),
        at: NOW,
        expires_at,
    };
    tx!(db, insert_mail_link(&new)).map(|()| id)
}

async fn reset_link(db: &TestDb, number: u8, user: &UserId) -> LinkId {
    insert(db, number, user, Purpose::ResetPassword, NOW).await.unwrap()
}

#[tokio::test]
async fn a_link_is_read_with_everything_its_token_vouches_for() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (number, purpose) in (1_u8..).zip(Purpose::ALL.iter().copied()) {
            let id = insert(db, number, &ada, purpose, after(60)).await.unwrap();
            let link = tx!(db, mail_link(&id, purpose, NOW)).unwrap().unwrap();
            let claims = Claims {
                purpose,
                row: id,
                user: ada.clone(),
                address: email("ada@example.com").key(),
                stamp: 7,
                expires_at: after(60),
            };
            assert_eq!(link.claims, claims);
            assert_eq!((&link.user_id, &link.email), (&ada, &email("Ada@Example.com")));
            assert_eq!(link.device_hash, (number % 2 == 1).then(|| vec![number; 32]));
        }
        let created = db.rows("SELECT DISTINCT created_at FROM signet_mail_links").await;
        assert_eq!(created, [NOW.0.to_string()]);
    })
    .await;
}

#[tokio::test]
async fn a_link_works_up_to_its_last_second() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (offset, works) in [(-1, true), (0, true), (1, false)] {
            let id = reset_link(db, 1, &ada).await;
            let now = after(offset);
            let link = tx!(db, mail_link(&id, Purpose::ResetPassword, now)).unwrap();
            assert_eq!(link.is_some(), works, "{offset}");
            assert_eq!(tx!(db, use_mail_link(&id, Purpose::ResetPassword, now)).unwrap(), works, "{offset}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_link_works_once() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = reset_link(db, 1, &ada).await;
        let attempts = race(db, async |tx| tx.use_mail_link(&id, Purpose::ResetPassword, NOW).await).await;
        assert_eq!(winners(attempts), 1);
        assert!(!tx!(db, use_mail_link(&id, Purpose::ResetPassword, NOW)).unwrap());
        assert!(tx!(db, mail_link(&id, Purpose::ResetPassword, NOW)).unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_link_works_for_its_own_purpose_only() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let id = reset_link(db, 1, &ada).await;
        for purpose in Purpose::ALL.iter().copied().filter(|purpose| *purpose != Purpose::ResetPassword) {
            assert!(tx!(db, mail_link(&id, purpose, NOW)).unwrap().is_none(), "{purpose:?}");
            assert!(!tx!(db, use_mail_link(&id, purpose, NOW)).unwrap(), "{purpose:?}");
        }
        assert!(!tx!(db, use_mail_link(&link_id(9), Purpose::ResetPassword, NOW)).unwrap());
        assert!(tx!(db, use_mail_link(&id, Purpose::ResetPassword, NOW)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn links_are_revoked_by_account_and_purpose() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let reset = Purpose::ResetPassword;
        for number in [1, 2] {
            reset_link(db, number, &ada).await;
        }
        insert(db, 3, &ada, Purpose::VerifyEmail, NOW).await.unwrap();
        reset_link(db, 4, &bob).await;
        assert_eq!(tx!(db, revoke_mail_links(&ada, reset)).unwrap(), 2);
        assert_eq!(tx!(db, revoke_mail_links(&ada, reset)).unwrap(), 0);
        let left = db.rows("SELECT id FROM signet_mail_links ORDER BY id").await;
        assert_eq!(left, [link_id(3).as_str(), link_id(4).as_str()]);
    })
    .await;
}

#[tokio::test]
async fn the_links_that_still_work_are_counted_by_account_purpose_and_stamp() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let reset = Purpose::ResetPassword;
        for (number, offset) in [(1, -1), (2, 0), (3, 1)] {
            insert(db, number, &ada, reset, after(offset)).await.unwrap();
        }
        insert(db, 4, &ada, Purpose::VerifyEmail, after(1)).await.unwrap();
        insert(db, 5, &bob, reset, after(1)).await.unwrap();
        for (stamp, count) in [(6, 0), (7, 2), (8, 0)] {
            assert_eq!(tx!(db, count_mail_links(&ada, reset, stamp, NOW)).unwrap(), count, "{stamp}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_sweep_takes_links_after_their_last_second() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (number, offset) in [(1, -1), (2, 0), (3, 1)] {
            insert(db, number, &ada, Purpose::VerifyEmail, after(offset)).await.unwrap();
        }
        assert_eq!(tx!(db, sweep_mail_links(NOW, 10)).unwrap(), 1);
        let left = db.rows("SELECT id FROM signet_mail_links ORDER BY id").await;
        assert_eq!(left, [link_id(2).as_str(), link_id(3).as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_link_needs_an_account_and_a_row_of_its_own() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let stranger = insert(db, 1, &user_id(9), Purpose::VerifyEmail, NOW).await;
        assert!(matches!(stranger, Err(StoreError::Orphan)));
        reset_link(db, 1, &ada).await;
        assert!(is_conflict(&insert(db, 1, &ada, Purpose::VerifyEmail, NOW).await));
    })
    .await;
}

#[tokio::test]
async fn links_go_with_their_account() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        reset_link(db, 1, &ada).await;
        reset_link(db, 2, &bob).await;
        db.run(&format!("DELETE FROM signet_users WHERE id = '{ada}'")).await.unwrap();
        assert_eq!(db.rows("SELECT user_id FROM signet_mail_links").await, [bob.as_str()]);
    })
    .await;
}
