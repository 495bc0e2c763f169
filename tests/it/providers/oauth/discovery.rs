//! When Signet asks a provider for its metadata.

use signet::{
    domain::{providers::AskFor, time::Span},
    server::{clock::Clock, oauth::Fault},
    testing::{START, provider::Manner},
};

use super::{World, acme, client};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn nobody_is_asked_before_somebody_wants_to_go_there_and_then_once_an_hour() {
    let world = World::new().await;
    let asked = || (world.provider.visits(DISCOVERY), world.provider.visits("/keys"));
    assert_eq!(asked(), (0, 0));
    for _ in 0..3 {
        world.sign_in().await.unwrap();
    }
    assert_eq!(asked(), (1, 1));
    world.clock.advance(Span::seconds(3_599));
    world.sign_in().await.unwrap();
    assert_eq!(asked(), (1, 1));
    world.clock.advance(Span::seconds(1));
    world.sign_in().await.unwrap();
    assert_eq!(asked(), (2, 2));
}

#[tokio::test]
async fn many_who_come_at_once_ask_once() {
    let world = World::new().await;
    let all = (0..20).map(|_| {
        let (providers, secret) = (world.providers.clone(), world.secret.clone());
        tokio::spawn(async move { providers.authorization_url(&acme(), &secret, AskFor::SignIn).await })
    });
    for one in all.collect::<Vec<_>>() {
        assert!(one.await.unwrap().is_ok());
    }
    assert_eq!(world.provider.visits(DISCOVERY), 1);
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_again_after_five_seconds() {
    let world = World::new().await;
    world.provider.set(|script| script.discovery = Manner::Status(503));
    let down = Err(Fault::Unreachable("status"));
    assert_eq!(world.set_out(AskFor::SignIn).await, down);
    world.provider.set(|script| script.discovery = Manner::Well);
    world.clock.advance(Span::seconds(4));
    assert_eq!(world.set_out(AskFor::SignIn).await, down);
    assert_eq!(world.provider.visits(DISCOVERY), 1);
    world.clock.advance(Span::seconds(1));
    assert!(world.set_out(AskFor::SignIn).await.is_ok());
    assert_eq!(world.provider.visits(DISCOVERY), 2);
}

#[tokio::test]
async fn a_provider_that_is_gone_is_unreachable() {
    let mut world = World::new().await;
    world.provider.stop().await;
    assert_eq!(world.set_out(AskFor::SignIn).await, Err(Fault::Unreachable("connection")));
    let found = world.providers.exchange(&acme(), &world.secret, "code", None).await;
    assert_eq!(found, Err(Fault::Unreachable("connection")));
}

#[tokio::test]
async fn one_provider_that_is_down_is_nothing_to_another() {
    let clock = Clock::manual(START);
    let (world, mut gone) = (World::new().await, World::new().await.provider);
    gone.stop().await;
    let providers = client(&[gone.settings("gone"), world.provider.settings("acme")], &clock);
    assert!(providers.authorization_url(&acme(), &world.secret, AskFor::SignIn).await.is_ok());
}

#[tokio::test]
async fn a_key_that_is_not_known_yet_is_fetched() {
    let world = World::new().await;
    world.sign_in().await.unwrap();
    world.provider.set(|script| (script.key_name, script.published) = (Some("key-2"), vec!["key-2"]));
    assert!(world.sign_in().await.is_ok());
    assert!(world.sign_in().await.is_ok());
    assert_eq!((world.provider.visits(DISCOVERY), world.provider.visits("/keys")), (1, 2));
}

#[tokio::test]
async fn keys_that_nobody_has_are_fetched_for_once_a_minute() {
    let world = World::new().await;
    world.provider.set(|script| script.key_name = Some("nobody's"));
    let unknown = Err(Fault::Untrusted("key"));
    for _ in 0..3 {
        assert_eq!(world.sign_in().await, unknown);
    }
    assert_eq!(world.provider.visits("/keys"), 2);
    world.clock.advance(Span::seconds(59));
    assert_eq!(world.sign_in().await, unknown);
    assert_eq!(world.provider.visits("/keys"), 2);
    world.clock.advance(Span::seconds(1));
    assert_eq!(world.sign_in().await, unknown);
    assert_eq!(world.provider.visits("/keys"), 3);
}

#[tokio::test]
async fn a_token_that_is_wrong_in_another_way_fetches_no_keys() {
    let world = World::new().await;
    world.provider.claim("nonce", serde_json::json!("another"));
    assert_eq!(world.sign_in().await, Err(Fault::Untrusted("nonce")));
    assert_eq!(world.provider.visits("/keys"), 1);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_anew_leave_the_known_ones() {
    let world = World::new().await;
    world.sign_in().await.unwrap();
    world.provider.set(|script| (script.key_name, script.keys) = (Some("key-2"), Manner::Status(500)));
    assert_eq!(world.sign_in().await, Err(Fault::Unreachable("status")));
    world.provider.set(|script| script.key_name = Some("key-1"));
    assert!(world.sign_in().await.is_ok());
}
