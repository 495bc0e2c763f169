//! Statements on `users`: the account, its address, password and name.

use std::time::Duration;

use signet::{
    domain::{language::Language, profile::Name, user::User},
    server::store::NewUser,
    testing::TestDb,
};

use crate::fixture::{
    GRACE, NOW, after, anonymized, closed, email, in_14_days, is_conflict, on_each, race, soft_deleted, two_users,
    unverified, user_id, verified, winners,
};

#[tokio::test]
async fn a_new_account_is_unverified_and_nothing_else() {
    on_each(async |db| {
        unverified(db, 1, "Ada@Example.com").await;
        let account = "SELECT id, email, email_key, email_verified_at, name, password_hash, password_stamp, \
             security_stamp, created_at FROM signet_users";
        snapshot!(db.table(account).await, @"
        id                 01010101010101010101010101010101
        email              Ada@Example.com
        email_key          ada@example.com
        email_verified_at  NULL
        name               NULL
        password_hash      hash
        password_stamp     0
        security_stamp     0
        created_at         1800000000
        ");
        let deletion =
            "SELECT deletion_scheduled_at, delete_at, deletion_retry_at, deleted_at, anonymized_at FROM signet_users";
        snapshot!(db.table(deletion).await, @"
        deletion_scheduled_at  delete_at  deletion_retry_at  deleted_at  anonymized_at
        NULL                   NULL       NULL               NULL        NULL
        ");
    })
    .await;
}

#[tokio::test]
async fn at_most_one_account_waits_to_verify_an_address() {
    on_each(async |db| {
        unverified(db, 1, "ada@example.com").await;
        let second = NewUser {
            id: &user_id(2),
            email: &email("ADA@example.COM"),
            password_hash: Some("hash"),
            language: Language::English,
            at: NOW,
        };
        assert!(is_conflict(&tx!(db, insert_user(&second))));
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users").await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn of_two_sign_ups_with_one_address_at_once_one_is_refused() {
    on_each(async |db| {
        let ids = std::sync::Mutex::new(vec![user_id(1), user_id(2)]);
        let results = race(db, async |tx| {
            let id = ids.lock().unwrap().pop().unwrap();
            let new = NewUser {
                id: &id,
                email: &email("ada@example.com"),
                password_hash: Some("hash"),
                language: Language::English,
                at: NOW,
            };
            tx.insert_user(&new).await
        })
        .await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert_eq!(results.iter().filter(|result| is_conflict(result)).count(), 1);
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_users").await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn an_account_may_wait_for_an_address_that_another_has_verified_but_not_verify_it_too() {
    on_each(async |db| {
        let owner = verified(db, 1, "ada@example.com").await;
        let other = unverified(db, 2, "ada@example.com").await;
        assert!(is_conflict(&tx!(db, mark_verified(&other, NOW))));
        let key = email("Ada@example.com").key();
        assert_eq!(tx!(db, verified_holder(&key)).unwrap(), Some(owner));
        assert_eq!(tx!(db, unverified_holder(&key)).unwrap(), Some(other));
    })
    .await;
}

#[tokio::test]
async fn nobody_holds_an_address_that_no_account_has() {
    on_each(async |db| {
        two_users(db).await;
        anonymized(db, 3).await;
        for address in ["eve@example.com", "gone3@example.com"] {
            let key = email(address).key();
            assert_eq!(tx!(db, verified_holder(&key)).unwrap(), None);
            assert_eq!(tx!(db, unverified_holder(&key)).unwrap(), None);
            assert!(tx!(db, user_by_email(&key)).unwrap().is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_is_read_as_it_was_written() {
    on_each(async |db| {
        let id = closed(db, 1, "Ada@Example.com").await;
        let name = Name::parse("Ada Łovelace 🦀").unwrap();
        tx!(db, set_name(&id, name.as_ref())).unwrap();
        let expected = User {
            id: id.clone(),
            email: email("Ada@Example.com"),
            email_verified_at: Some(NOW),
            name,
            has_password: true,
            security_stamp: 1,
            created_at: NOW,
            deletion: Some(in_14_days()),
            language: Some(Language::English),
        };
        for user in [
            tx!(db, user(&id)).unwrap(),
            tx!(db, lock_user(&id)).unwrap(),
            tx!(db, user_by_email(&expected.email.key())).unwrap().map(|row| row.user),
        ] {
            assert!(user.as_ref() == Some(&expected));
        }
    })
    .await;
}

#[tokio::test]
async fn only_live_accounts_are_loaded() {
    on_each(async |db| {
        let ids = [soft_deleted(db, 1).await, anonymized(db, 2).await, user_id(3)];
        for id in &ids {
            assert!(tx!(db, user(id)).unwrap().is_none(), "{id}");
            assert!(tx!(db, lock_user(id)).unwrap().is_none(), "{id}");
        }
        assert!(tx!(db, user_by_email(&email("soft1@example.com").key())).unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_held_account_makes_the_next_action_wait_and_then_see_what_the_first_did() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        let mut first = db.db.begin().await.unwrap();
        first.lock_user(&id).await.unwrap();
        assert!(first.set_password(&id, "new", 0).await.unwrap());
        let mut second = std::pin::pin!(async {
            let mut tx = db.db.begin().await.unwrap();
            tx.lock_user(&id).await.unwrap().unwrap().security_stamp
        });
        let patience = Duration::from_millis(50);
        assert!(tokio::time::timeout(patience, &mut second).await.is_err(), "did not wait");
        first.commit().await.unwrap();
        assert_eq!(second.await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_address_signs_in_to_the_account_that_verified_it_before_the_one_that_waits() {
    on_each(async |db| {
        let key = email("ada@example.com").key();
        let waiting = unverified(db, 1, "ada@example.com").await;
        assert!(tx!(db, user_by_email(&key)).unwrap().is_some_and(|row| row.user.id == waiting));
        let owner = unverified(db, 2, "bob@example.com").await;
        let (from, to) = (email("bob@example.com"), email("ada@example.com"));
        tx!(db, set_email(&owner, &from, &to, Some(NOW))).unwrap();
        assert!(tx!(db, user_by_email(&key)).unwrap().is_some_and(|row| row.user.id == owner));
    })
    .await;
}

#[tokio::test]
async fn the_password_hash_is_given_only_for_an_account_that_has_one() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        let key = email("ada@example.com").key();
        let row = tx!(db, user_by_email(&key)).unwrap().unwrap();
        assert_eq!((row.user.has_password, row.password_hash.as_deref()), (true, Some("hash")));
        assert_eq!(tx!(db, password_hash(&id)).unwrap().as_deref(), Some("hash"));

        db.run("UPDATE signet_users SET password_hash = NULL").await.unwrap();
        let row = tx!(db, user_by_email(&key)).unwrap().unwrap();
        assert_eq!((row.user.has_password, row.password_hash), (false, None));
        assert!(tx!(db, user(&id)).unwrap().is_some_and(|user| !user.has_password));
        for id in [id, anonymized(db, 2).await, user_id(3)] {
            assert_eq!(tx!(db, password_hash(&id)).unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_is_verified_once() {
    on_each(async |db| {
        let id = unverified(db, 1, "ada@example.com").await;
        let attempts = race(db, async |tx| tx.mark_verified(&id, NOW).await).await;
        assert_eq!(winners(attempts), 1);
        assert!(!tx!(db, mark_verified(&id, after(1))).unwrap());
        assert_eq!(db.rows("SELECT email_verified_at FROM signet_users").await, [NOW.0.to_string()]);
    })
    .await;
}

#[tokio::test]
async fn a_closed_or_erased_account_verifies_nothing() {
    on_each(async |db| {
        let waiting = unverified(db, 1, "ada@example.com").await;
        assert_eq!(tx!(db, schedule_deletion(&waiting, in_14_days(), GRACE)).unwrap(), Some(1));
        let erased = anonymized(db, 2).await;
        for id in [waiting, erased] {
            assert!(!tx!(db, mark_verified(&id, NOW)).unwrap());
        }
        assert_eq!(db.rows("SELECT DISTINCT email_verified_at FROM signet_users").await, ["NULL"]);
    })
    .await;
}

#[tokio::test]
async fn a_new_address_raises_the_stamp_and_is_verified_or_not() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        let (ada, new) = (email("ada@example.com"), email("Countess@Example.com"));
        let sql = "SELECT email, email_key, email_verified_at, security_stamp FROM signet_users";
        assert_eq!(tx!(db, set_email(&id, &ada, &new, Some(after(5)))).unwrap(), Some(1));
        snapshot!(db.table(sql).await, @"
        email                 email_key             email_verified_at  security_stamp
        Countess@Example.com  countess@example.com  1800000005         1
        ");
        assert_eq!(tx!(db, set_email(&id, &new, &ada, None)).unwrap(), Some(2));
        snapshot!(db.table(sql).await, @"
        email            email_key        email_verified_at  security_stamp
        ada@example.com  ada@example.com  NULL               2
        ");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_changed_meanwhile_is_not_changed_again() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        let (ada, new) = (email("ada@example.com"), email("new@example.com"));
        let attempts = race(db, async |tx| tx.set_email(&id, &ada, &new, Some(NOW)).await).await;
        assert_eq!(winners(attempts.map(|attempt| attempt.map(|stamp| stamp.is_some()))), 1);
        assert_eq!(tx!(db, set_email(&user_id(9), &ada, &new, None)).unwrap(), None);
        assert_eq!(db.rows("SELECT security_stamp FROM signet_users").await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn a_taken_address_is_refused_only_where_it_is_claimed_alike() {
    on_each(async |db| {
        let (ada, bob, eve) = (email("ada@example.com"), email("bob@example.com"), email("eve@example.com"));
        verified(db, 1, "ada@example.com").await;
        unverified(db, 2, "bob@example.com").await;
        let id = verified(db, 3, "eve@example.com").await;
        assert!(is_conflict(&tx!(db, set_email(&id, &eve, &ada, Some(NOW)))));
        assert!(is_conflict(&tx!(db, set_email(&id, &eve, &bob, None))));
        assert_eq!(db.rows("SELECT security_stamp FROM signet_users WHERE email_key = 'eve@example.com'").await, ["0"]);
        assert_eq!(tx!(db, set_email(&id, &eve, &ada, None)).unwrap(), Some(1));
        assert_eq!(tx!(db, set_email(&id, &ada, &bob, Some(NOW))).unwrap(), Some(2));
    })
    .await;
}

async fn password(db: &TestDb) -> String {
    db.table("SELECT password_hash, password_stamp, security_stamp FROM signet_users ORDER BY id").await
}

#[tokio::test]
async fn a_password_is_set_only_against_the_stamp_that_was_seen() {
    on_each(async |db| {
        let id = verified(db, 1, "ada@example.com").await;
        for stale in [-1, 1] {
            assert!(!tx!(db, set_password(&id, "stale", stale)).unwrap());
        }
        let attempts = race(db, async |tx| tx.set_password(&id, "new", 0).await).await;
        assert_eq!(winners(attempts), 1);
        snapshot!(password(db).await, @"
        password_hash  password_stamp  security_stamp
        new            1               1
        ");
        assert!(tx!(db, set_password(&id, "newer", 1)).unwrap());
        snapshot!(password(db).await, @"
        password_hash  password_stamp  security_stamp
        newer          2               2
        ");
    })
    .await;
}

#[tokio::test]
async fn a_closed_or_erased_account_gets_no_password() {
    on_each(async |db| {
        let ids = [closed(db, 1, "ada@example.com").await, anonymized(db, 2).await];
        for id in ids {
            assert!(!tx!(db, set_password(&id, "new", 1)).unwrap());
        }
        snapshot!(password(db).await, @"
        password_hash  password_stamp  security_stamp
        hash           0               1
        NULL           0               1
        ");
    })
    .await;
}

#[tokio::test]
async fn a_stronger_hash_replaces_only_the_one_it_was_made_from_and_leaves_the_stamp() {
    on_each(async |db| {
        let (id, _) = two_users(db).await;
        assert!(!tx!(db, rewrite_hash(&id, "other", "strong")).unwrap());
        assert!(tx!(db, rewrite_hash(&id, "hash", "strong")).unwrap());
        assert!(!tx!(db, rewrite_hash(&id, "hash", "late")).unwrap());
        snapshot!(password(db).await, @"
        password_hash  password_stamp  security_stamp
        strong         0               0
        hash           0               0
        ");
    })
    .await;
}

#[tokio::test]
async fn a_password_is_dropped_once_and_of_one_account() {
    on_each(async |db| {
        let (id, _) = two_users(db).await;
        assert!(tx!(db, set_password(&id, "new", 0)).unwrap());
        assert!(tx!(db, drop_password(&id)).unwrap());
        assert!(!tx!(db, drop_password(&id)).unwrap(), "there was none left");
        snapshot!(password(db).await, @"
        password_hash  password_stamp  security_stamp
        NULL           1               1
        hash           0               0
        ");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_stored_and_taken_away() {
    on_each(async |db| {
        let (id, _) = two_users(db).await;
        let erased = anonymized(db, 3).await;
        let name = Name::parse("Ada").unwrap();
        for id in [&id, &erased] {
            tx!(db, set_name(id, name.as_ref())).unwrap();
        }
        let names = "SELECT name FROM signet_users ORDER BY id";
        assert_eq!(db.rows(names).await, ["Ada", "NULL", "NULL"]);
        tx!(db, set_name(&id, None)).unwrap();
        assert_eq!(db.rows(names).await, ["NULL", "NULL", "NULL"]);
    })
    .await;
}

#[tokio::test]
async fn a_first_password_is_set_where_there_is_none_and_once() {
    on_each(async |db| {
        let (ada, closed_, gone) = (user_id(1), closed(db, 2, "closed@example.com").await, anonymized(db, 3).await);
        let with = verified(db, 4, "with@example.com").await;
        tx!(
            db,
            insert_user(&NewUser {
                id: &ada,
                email: &email("ada@example.com"),
                password_hash: None,
                language: Language::English,
                at: NOW
            })
        )
        .unwrap();
        assert!(!tx!(db, user(&ada)).unwrap().unwrap().has_password);
        db.run(&format!("UPDATE signet_users SET password_hash = NULL WHERE id = '{closed_}'")).await.unwrap();
        assert_eq!(winners(race(db, async |tx| tx.set_first_password(&ada, "first").await).await), 1);
        for other in [&with, &closed_, &gone, &user_id(9)] {
            assert!(!tx!(db, set_first_password(other, "first")).unwrap());
        }
        let sql = format!("SELECT password_hash, password_stamp, security_stamp FROM signet_users WHERE id = '{ada}'");
        snapshot!(db.table(&sql).await, @"
        password_hash  password_stamp  security_stamp
        first          1               1
        ");
    })
    .await;
}
