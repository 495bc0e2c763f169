//! Statements on `identities`.

use signet::{
    domain::{
        id::UserId,
        providers::{Identity, ProviderId, Subject},
        time::Timestamp,
    },
    server::store::{LinkedIdentity, NewIdentity, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after, email, is_conflict, link_id, on_each, race, two_users, user_id, winners};

fn provider(id: &str) -> ProviderId {
    ProviderId::parse(id).unwrap()
}

fn subject(text: &str) -> Subject {
    Subject::parse(text).unwrap()
}

fn login(id: &str, sub: &str) -> Identity {
    let address = (sub == "1").then(|| email("Ada@Example.com"));
    Identity {
        provider: provider(id),
        issuer: format!("https://{id}.example"),
        subject: subject(sub),
        email: address,
        auth_time: None,
        tells_auth_time: false,
    }
}

fn of_issuer(issuer: &str, login: Identity) -> Identity {
    Identity { issuer: issuer.to_owned(), ..login }
}

async fn link_at(
    db: &TestDb,
    number: u8,
    user: &UserId,
    identity: &Identity,
    stamp: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let id = link_id(number);
    tx!(db, insert_identity(&NewIdentity { id: &id, user_id: user, identity, stamp, at }))
}

async fn link(db: &TestDb, number: u8, user: &UserId, identity: &Identity) -> Result<(), StoreError> {
    link_at(db, number, user, identity, 3, NOW).await
}

/// The remaining logins: user, provider and subject.
async fn left(db: &TestDb) -> Vec<String> {
    db.rows("SELECT user_id || ' ' || provider || ' ' || subject FROM signet_identities ORDER BY 1").await
}

#[tokio::test]
async fn a_login_is_read_as_it_was_linked() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        link_at(db, 1, &ada, &login("bravo", "2"), 3, after(1)).await.unwrap();
        link(db, 2, &ada, &login("acme", "1")).await.unwrap();
        let acme = LinkedIdentity {
            provider: provider("acme"),
            issuer: Some("https://acme.example".to_owned()),
            subject: subject("1"),
            email: Some("Ada@Example.com".to_owned()),
            no_auth_time: false,
            linked_at: NOW,
            last_used_at: None,
        };
        assert_eq!(tx!(db, identity(&ada, &provider("acme"))).unwrap(), Some(acme.clone()));
        assert_eq!(tx!(db, identity(&bob, &provider("acme"))).unwrap(), None);
        assert_eq!(tx!(db, identity(&ada, &provider("other"))).unwrap(), None);
        let all = tx!(db, identities(&ada)).unwrap();
        assert_eq!((all.len(), &all[0]), (2, &acme), "the first linked one first");
        assert_eq!((all[1].provider.as_str(), all[1].email.as_deref()), ("bravo", None));
        assert!(tx!(db, identities(&bob)).unwrap().is_empty());
        assert_eq!(db.rows("SELECT stamp FROM signet_identities").await, ["3", "3"]);
    })
    .await;
}

#[tokio::test]
async fn a_login_leads_into_the_account_whose_it_is_to_the_letter() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        link(db, 1, &ada, &login("acme", "x")).await.unwrap();
        link(db, 2, &bob, &login("acme", "X")).await.unwrap();
        link(db, 3, &bob, &login("bravo", "x")).await.unwrap();
        for (id, sub, owner) in [
            ("acme", "x", Some(&ada)),
            ("acme", "X", Some(&bob)),
            ("bravo", "x", Some(&bob)),
            ("bravo", "X", None),
            ("acme", "x ", None),
        ] {
            assert_eq!(tx!(db, identity_owner(&login(id, sub))).unwrap().as_ref(), owner, "{id} {sub:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_login_has_one_account_and_an_account_one_login_at_a_provider() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        link(db, 1, &ada, &login("acme", "1")).await.unwrap();
        assert!(is_conflict(&link(db, 2, &bob, &login("acme", "1")).await));
        assert!(is_conflict(&link(db, 3, &ada, &login("acme", "2")).await));
        link(db, 4, &ada, &login("bravo", "1")).await.unwrap();
        assert!(link(db, 5, &user_id(9), &login("acme", "9")).await.is_err());
        assert_eq!(left(db).await, [format!("{ada} acme 1"), format!("{ada} bravo 1")]);
    })
    .await;
}

#[tokio::test]
async fn of_two_accounts_that_link_a_login_at_once_one_has_it() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let acme = login("acme", "1");
        let users = std::sync::Mutex::new(vec![(ada, link_id(1)), (bob, link_id(2))]);
        let attempts = race(db, async |tx| {
            let (user, id) = users.lock().unwrap().pop().unwrap();
            tx.insert_identity(&NewIdentity { id: &id, user_id: &user, identity: &acme, stamp: 0, at: NOW }).await
        })
        .await;
        assert_eq!(attempts.iter().filter(|attempt| attempt.is_ok()).count(), 1);
        assert_eq!(attempts.iter().filter(|attempt| is_conflict(attempt)).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_use_is_noted_with_the_login_it_was_and_no_other() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        link(db, 1, &ada, &login("acme", "1")).await.unwrap();
        link(db, 2, &bob, &login("acme", "2")).await.unwrap();
        let acme = provider("acme");
        assert!(tx!(db, use_identity(&ada, &login("acme", "1"), after(5))).unwrap());
        for (user, id, sub) in [(&ada, "acme", "2"), (&bob, "acme", "1"), (&ada, "bravo", "1")] {
            assert!(!tx!(db, use_identity(user, &login(id, sub), after(9))).unwrap());
        }
        assert_eq!(tx!(db, identity(&ada, &acme)).unwrap().unwrap().last_used_at, Some(after(5)));
        assert_eq!(tx!(db, identity(&bob, &acme)).unwrap().unwrap().last_used_at, None);
    })
    .await;
}

#[tokio::test]
async fn a_login_of_another_issuer_under_the_same_id_is_another_person_s() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        let (own, other) = (login("acme", "1"), of_issuer("https://new.example", login("acme", "1")));
        link(db, 1, &ada, &own).await.unwrap();
        assert!(!tx!(db, is_of_other_issuer(&own)).unwrap());
        assert!(tx!(db, is_of_other_issuer(&other)).unwrap());
        assert!(!tx!(db, is_of_other_issuer(&of_issuer("https://new.example", login("acme", "2")))).unwrap());
        assert_eq!(tx!(db, identity_owner(&other)).unwrap(), None);
        assert!(!tx!(db, use_identity(&ada, &other, after(5))).unwrap());
        let linked = tx!(db, identity(&ada, &provider("acme"))).unwrap().unwrap();
        assert_eq!(linked.last_used_at, None);
        assert!(linked.is_from("https://acme.example") && !linked.is_from("https://acme.example/"));
    })
    .await;
}

#[tokio::test]
async fn a_login_without_an_issuer_gets_the_first_that_is_noted() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let (of_ada, of_bob) = (login("acme", "1"), login("acme", "2"));
        link(db, 1, &ada, &of_ada).await.unwrap();
        link(db, 2, &bob, &of_bob).await.unwrap();
        link(db, 3, &bob, &login("bravo", "2")).await.unwrap();
        db.run("UPDATE signet_identities SET issuer = NULL").await.unwrap();
        assert!(tx!(db, identity(&ada, &provider("acme"))).unwrap().unwrap().is_from("https://any.example"));
        assert_eq!(tx!(db, identity_owner(&of_ada)).unwrap().as_ref(), Some(&ada));
        // By use, and at the start of a process.
        assert!(tx!(db, use_identity(&ada, &of_ada, after(5))).unwrap());
        assert_eq!(tx!(db, note_issuer(&provider("acme"), "https://new.example")).unwrap(), 1);
        let issuers = "SELECT COALESCE(issuer, '-') FROM signet_identities ORDER BY provider, subject";
        assert_eq!(db.rows(issuers).await, ["https://acme.example", "https://new.example", "-"]);
        assert_eq!(tx!(db, identity_owner(&of_bob)).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn whether_a_provider_says_when_is_noted_for_that_login() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let acme = provider("acme");
        for (number, user) in [(1, &ada), (2, &bob)] {
            link(db, number, user, &login("acme", &number.to_string())).await.unwrap();
        }
        assert!(tx!(db, set_no_auth_time(&ada, &acme, true)).unwrap());
        assert!(tx!(db, identity(&ada, &acme)).unwrap().unwrap().no_auth_time);
        assert!(!tx!(db, identity(&bob, &acme)).unwrap().unwrap().no_auth_time);
        assert!(tx!(db, set_no_auth_time(&ada, &acme, false)).unwrap());
        assert!(!tx!(db, identity(&ada, &acme)).unwrap().unwrap().no_auth_time);
        assert!(!tx!(db, set_no_auth_time(&ada, &provider("bravo"), true)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_login_is_dropped_once_and_alone() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        link(db, 1, &ada, &login("acme", "1")).await.unwrap();
        link(db, 2, &ada, &login("bravo", "1")).await.unwrap();
        link(db, 3, &bob, &login("acme", "3")).await.unwrap();
        let acme = provider("acme");
        assert_eq!(winners(race(db, async |tx| tx.drop_identity(&ada, &acme).await).await), 1);
        assert_eq!(left(db).await, [format!("{ada} bravo 1"), format!("{bob} acme 3")]);
    })
    .await;
}

#[tokio::test]
async fn what_was_linked_since_goes_by_stamp_and_by_time() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let logins = [("a", 4, 0), ("b", 4, 10), ("c", 5, 0), ("d", 6, 20)];
        for (number, (id, stamp, at)) in (1_u8..).zip(logins) {
            link_at(db, number, &ada, &login(id, "1"), stamp, after(at)).await.unwrap();
        }
        link_at(db, 9, &bob, &login("a", "9"), 9, after(99)).await.unwrap();
        assert_eq!(tx!(db, drop_identities_since(&ada, 5, after(10))).unwrap(), 3);
        assert_eq!(left(db).await, [format!("{ada} a 1"), format!("{bob} a 9")]);
        assert_eq!(tx!(db, drop_identities_since(&ada, 5, after(10))).unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn all_logins_of_an_account_go_at_once_and_with_it() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for (number, user, id) in [(1, &ada, "acme"), (2, &ada, "bravo"), (3, &bob, "acme")] {
            link(db, number, user, &login(id, &number.to_string())).await.unwrap();
        }
        tx!(db, drop_identities(&ada)).unwrap();
        assert_eq!(left(db).await, [format!("{bob} acme 3")]);
        db.run(&format!("DELETE FROM signet_users WHERE id = '{bob}'")).await.unwrap();
        assert!(left(db).await.is_empty());
    })
    .await;
}
