//! People come back from providers in several places at once.

use std::sync::Arc;

use serde_json::json;
use signet::{
    domain::providers::{AskFor, Identity, ProviderId, Subject},
    server::lifecycle::providers::Finished,
    testing::people::{PASSWORD, in_sudo, source, verified},
};

use super::{RaceSteps, duel, source_from, together, winners, won};
use crate::abroad::{ACME, ADA, Abroad, BRAVO, GITHUB, with_code};

#[tokio::test(flavor = "multi_thread")]
async fn of_the_last_two_ways_in_unlinked_at_once_one_stays() {
    let world = Abroad::with(|settings| settings.limits.enabled = false).await;
    for trial in 0..8 {
        for provider in [&world.acme, &world.bravo] {
            provider.claim("sub", json!(format!("ada-{trial}")));
            provider.claim("email", json!(format!("ada{trial}@example.com")));
        }
        let here = world.in_sudo(&world.came_through(ACME).await, ACME).await;
        world.link(&here, BRAVO).await.unwrap();
        let here = world.in_sudo(&here, ACME).await;
        let there = world.in_sudo(&world.came_through(BRAVO).await, BRAVO).await;
        let (life, other) = (world.life().clone(), world.life().clone());
        let (one, two) =
            duel(trial, async move { won(life.unlink_provider(&source(), &here, ACME).await) }, async move {
                won(other.unlink_provider(&source(), &there, BRAVO).await)
            })
            .await;
        assert_eq!(usize::from(one) + usize::from(two), 1, "trial {trial}");
        let left = format!("signet_identities WHERE subject = 'ada-{trial}'");
        assert_eq!(world.app.count(&left).await, 1, "trial {trial}");
    }
    world.app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_comes_first_in_many_places_makes_one_account() {
    let world = Arc::new(Abroad::with(|settings| settings.limits.enabled = false).await);
    for trial in 0..12 {
        let email = format!("ada{trial}@example.com");
        world.acme.claim("sub", json!(format!("ada-{trial}")));
        world.acme.claim("email", json!(email));
        let mut back = Vec::new();
        for _ in 0..6 {
            let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
            back.push((secret.clone(), world.approved(&secret, ACME).await));
        }
        let signed_in = together(6, |number| {
            let (life, (secret, callback)) = (world.life().clone(), back[number].clone());
            async move { life.finish_provider(&source(), None, Some(&secret), with_code(ACME, &callback)).await.outcome }
        });
        for outcome in signed_in.await {
            assert!(matches!(outcome, Ok(Finished::SignedIn(_))), "trial {trial}: {:?}", outcome.err());
        }
        assert_eq!(world.app.sessions(&email).await, 6, "trial {trial}");
    }
    assert_eq!(world.app.count("signet_users").await, 12);
    assert_eq!(world.app.happened("account.sign_up").await, 12);
    world.app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_two_accounts_link_at_once_leads_into_one_of_them() {
    let world = Abroad::with(|settings| settings.limits.enabled = false).await;
    for trial in 0..6 {
        world.acme.claim("sub", json!(format!("shared-{trial}")));
        let mut back = Vec::new();
        for name in ["ada", "bob"] {
            let email = format!("{name}{trial}@example.com");
            let viewer = in_sudo(world.life(), &verified(world.life(), &email).await).await;
            let secret = world.set_out(Some(&viewer), ACME, AskFor::Link).await.unwrap();
            back.push((viewer, secret.clone(), world.approved(&secret, ACME).await));
        }
        let linked = together(2, |number| {
            let (life, (viewer, secret, callback)) = (world.life().clone(), back[number].clone());
            async move {
                let callback = with_code(ACME, &callback);
                life.finish_provider(&source(), Some(&viewer), Some(&secret), callback).await.outcome
            }
        });
        assert_eq!(winners(linked.await).len(), 1, "trial {trial}");
    }
    assert_eq!(world.logins().await.len(), 6);
    assert_eq!(world.app.happened("account.provider_linked").await, 6);
    world.app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_first_passwords_is_set() {
    let world = Abroad::with(|settings| settings.limits.enabled = false).await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    let set = together(6, |number| {
        let (life, viewer) = (world.life().clone(), ada.clone());
        let password = format!("{number} otters borrow violet kites");
        async move { life.set_password(&source_from(number), &viewer, password.clone().into()).await.map(|_| password) }
    });
    let set = winners(set.await);
    assert_eq!(set.len(), 1);
    world.life().sign_in(&source(), None, ADA, set[0].clone().into()).await.unwrap();
    assert_eq!(world.app.letters("password_set").await, 1);
    world.app.is_consistent().await;
}

/// The person, and the account that holds their address unverified, at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_and_a_provider_with_one_address_never_share_an_account() {
    let world = Abroad::with(|settings| settings.limits.enabled = false).await;
    for trial in 0..8 {
        let email = format!("ada{trial}@example.com");
        world.acme.claim("sub", json!(format!("ada-{trial}")));
        world.acme.claim("email", json!(email));
        let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
        let callback = world.approved(&secret, ACME).await;
        let (life, other, typed) = (world.life().clone(), world.life().clone(), email.clone());
        let ((), signed_up) = duel(
            trial,
            async move {
                let ended = life.finish_provider(&source(), None, Some(&secret), with_code(ACME, &callback)).await;
                assert!(ended.outcome.is_ok());
            },
            async move { other.sign_up(&source(), &typed, PASSWORD.to_owned().into()).await },
        )
        .await;
        signed_up.unwrap();
        let shared = "signet_users u WHERE u.password_hash IS NOT NULL AND EXISTS \
             (SELECT 1 FROM signet_identities i WHERE i.user_id = u.id)";
        assert_eq!(world.app.count(shared).await, 0, "trial {trial}");
    }
    world.app.is_consistent().await;
}

/// Six attempts from two tabs at once count as no more than five.
#[tokio::test(flavor = "multi_thread")]
async fn tries_at_a_code_are_counted_however_many_come_at_once() {
    let world = Abroad::with(|settings| settings.limits.enabled = false).await;
    let ada = world.came_through(GITHUB).await;
    world.life().request_sudo_code(&source(), &ada).await.unwrap();
    let tried = together(12, |_| {
        let (life, viewer) = (world.life().clone(), ada.clone());
        async move { life.confirm_sudo_by_code(&source(), &viewer, "00000000").await }
    });
    assert!(winners(tried.await).is_empty());
    assert_eq!(world.app.rows("SELECT tries FROM signet_sudo_codes").await, ["5"]);
}

/// One person enters two addresses in two tabs, while a stranger signs up with one of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_without_an_address_waits_for_one_account_however_often_addresses_are_entered() {
    let world = Abroad::with(|settings| settings.limits.enabled = false).await;
    for trial in 0..12 {
        let login = Identity {
            provider: ProviderId::parse("acme").unwrap(),
            issuer: world.acme.issuer().to_owned(),
            subject: Subject::parse(&format!("ada-{trial}")).unwrap(),
            email: None,
            auth_time: None,
            tells_auth_time: false,
        };
        let (first, second) = (format!("one{trial}@example.com"), format!("two{trial}@example.com"));
        world.life().sign_up_with_provider_by_link(&source(), &login, &first).await.unwrap();
        let (life, other, again) = (world.life().clone(), world.life().clone(), login.clone());
        let (by_provider, by_password) = duel(
            trial,
            async move { life.sign_up_with_provider_by_link(&source(), &again, &second).await },
            async move { other.sign_up(&source_from(1), &first, PASSWORD.into()).await },
        )
        .await;
        by_provider.unwrap();
        by_password.unwrap();
        let (life, other) = (world.life().clone(), world.life().clone());
        let (again, third) = (login.clone(), format!("three{trial}@example.com"));
        let fourth = format!("four{trial}@example.com");
        let (one, two) = duel(
            trial,
            async move { won(life.sign_up_with_provider_by_link(&source(), &login, &third).await) },
            async move { won(other.sign_up_with_provider_by_link(&source(), &again, &fourth).await) },
        )
        .await;
        assert!(one || two, "trial {trial}");
        let left = format!("signet_identities WHERE subject = 'ada-{trial}'");
        assert_eq!(world.app.count(&left).await, 1, "trial {trial}");
    }
    world.app.is_consistent().await;
}
