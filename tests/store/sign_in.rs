//! Statements on `known_devices`.

use crate::fixture::{NOW, after, on_each, race, two_users, user_id};

const LAPTOP: [u8; 32] = [1; 32];
const PHONE: [u8; 32] = [2; 32];

#[tokio::test]
async fn a_device_is_known_once_it_is_remembered() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        assert_eq!(tx!(db, known_devices(&ada, &LAPTOP)).unwrap(), (0, false));
        tx!(db, remember_device(&ada, &LAPTOP, NOW)).unwrap();
        assert_eq!(tx!(db, known_devices(&ada, &LAPTOP)).unwrap(), (1, true));
        assert_eq!(tx!(db, known_devices(&ada, &PHONE)).unwrap(), (1, false));
        let key = db.rows(&format!("SELECT email_key FROM signet_users WHERE id = '{ada}'")).await.remove(0);
        let verify = |at: &str| format!("UPDATE signet_users SET email_verified_at = {at} WHERE id = '{ada}'");
        db.run(&verify("NULL")).await.unwrap();
        assert!(!tx!(db, is_known_device(&key, &LAPTOP)).unwrap(), "anyone can create an unverified account");
        db.run(&verify("1")).await.unwrap();
        assert!(tx!(db, is_known_device(&key, &LAPTOP)).unwrap());
        assert!(!tx!(db, is_known_device(&key, &PHONE)).unwrap());
        assert!(!tx!(db, is_known_device("nobody@example.com", &LAPTOP)).unwrap());
        tx!(db, remember_device(&ada, &PHONE, NOW)).unwrap();
        assert_eq!(tx!(db, known_devices(&ada, &PHONE)).unwrap(), (2, true));
        assert_eq!(tx!(db, known_devices(&bob, &LAPTOP)).unwrap(), (0, false));
    })
    .await;
}

#[tokio::test]
async fn a_device_that_comes_again_keeps_its_first_day() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for result in race(db, async |tx| tx.remember_device(&ada, &LAPTOP, NOW).await).await {
            result.unwrap();
        }
        tx!(db, remember_device(&ada, &LAPTOP, after(9))).unwrap();
        tx!(db, remember_device(&bob, &LAPTOP, after(9))).unwrap();
        let sql = "SELECT user_id, device_hash, first_seen_at FROM signet_known_devices ORDER BY user_id";
        snapshot!(db.table(sql).await, @r"
        user_id                           device_hash                                                         first_seen_at
        01010101010101010101010101010101  \x0101010101010101010101010101010101010101010101010101010101010101  1800000000
        02020202020202020202020202020202  \x0101010101010101010101010101010101010101010101010101010101010101  1800000009
        ");
    })
    .await;
}

#[tokio::test]
async fn the_devices_of_one_account_are_forgotten() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (user, device) in [(&ada, LAPTOP), (&ada, PHONE), (&bob, LAPTOP)] {
            tx!(db, remember_device(user, &device, NOW)).unwrap();
        }
        tx!(db, forget_devices(&ada)).unwrap();
        assert_eq!(db.rows("SELECT user_id FROM signet_known_devices").await, [bob.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn all_devices_of_an_account_but_one_are_forgotten() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (user, device) in [(&ada, LAPTOP), (&ada, PHONE), (&bob, PHONE)] {
            tx!(db, remember_device(user, &device, NOW)).unwrap();
        }
        tx!(db, forget_other_devices(&ada, &LAPTOP)).unwrap();
        assert_eq!(tx!(db, known_devices(&ada, &LAPTOP)).unwrap(), (1, true));
        assert_eq!(tx!(db, known_devices(&bob, &PHONE)).unwrap(), (1, true));
        tx!(db, forget_other_devices(&ada, &PHONE)).unwrap();
        assert_eq!(tx!(db, known_devices(&ada, &LAPTOP)).unwrap(), (0, false));
    })
    .await;
}

#[tokio::test]
async fn devices_need_an_account_and_go_with_it() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        assert!(tx!(db, remember_device(&user_id(9), &LAPTOP, NOW)).is_err());
        for user in [&ada, &bob] {
            tx!(db, remember_device(user, &LAPTOP, NOW)).unwrap();
        }
        db.run(&format!("DELETE FROM signet_users WHERE id = '{ada}'")).await.unwrap();
        assert_eq!(db.rows("SELECT user_id FROM signet_known_devices").await, [bob.as_str()]);
    })
    .await;
}
