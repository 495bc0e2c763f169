//! Sudo mode by signing in once more at the linked provider (checklist A37).

use serde_json::{Value, json};
use signet::{
    domain::{error::Refusal, providers::AskFor, time::Span},
    server::lifecycle::sudo::CodeWay,
    testing::{START, people::verified},
};

use crate::abroad::{ACME, ADA, Abroad, BRAVO, GITHUB, refusal};

#[tokio::test]
async fn the_session_is_confirmed_under_a_new_token_and_the_old_one_dies() {
    let world = Abroad::new().await;
    let first = world.sign_in(ACME).await.unwrap();
    world.app.settle().await;
    let ada = world.sees(&first.token).await;
    let token = world.confirm(&ada, ACME).await.unwrap();
    assert!(world.life().viewer(&first.token).await.unwrap().is_none());
    assert_eq!(world.sees(&token).await.session.sudo_at, Some(START));
    assert_eq!(world.app.news().await, ["session.sudo_confirmed by person of ada@example.com"]);
    assert!(world.app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn only_a_login_since_the_question_counts_however_fresh_the_token() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    world.app.advance_clock(Span::minutes(5));
    let asked = world.app.now().0;
    for (auth_time, came_back, fresh) in [
        (asked - 2, 0, false),
        (asked - 86_400, 0, false),
        (0, 0, false),
        (asked + 30 + 61, 30, false),
        (asked + 30 + 60, 30, true),
    ] {
        world.app.clock.set(signet::domain::time::Timestamp(asked));
        let secret = world.set_out(Some(&ada), ACME, AskFor::Sudo).await.unwrap();
        world.app.advance_clock(Span::seconds(came_back));
        world.acme.claim("auth_time", json!(auth_time));
        let callback = world.approved(&secret, ACME).await;
        world.app.news().await;
        let ended = world.come_back(Some(&ada), &secret, ACME, &callback).await;
        if fresh {
            assert!(ended.outcome.is_ok(), "{auth_time}");
            continue;
        }
        assert_eq!(refusal(ended.outcome), Refusal::StaleLogin, "{auth_time}");
        let event = "session.sudo_confirmed.failure by person of ada@example.com: stale_login";
        assert_eq!(world.app.news().await, [event]);
        assert!(!world.has_sudo(&ada).await);
    }
}

/// How far the provider's clock is off shows in the time of its token. So much, a minute at most, is a login taken to
/// be later than it says; a second is lost when both clocks drop their fractions.
#[tokio::test]
async fn a_login_counts_by_the_provider_s_own_clock_up_to_a_minute() {
    for (behind, login, took, fresh) in [
        // Seconds that its clock is behind; when the login was, since the question; how long the way took.
        (2, 0, 0, true),
        (5, 0, 0, true),
        (5, 3, 4, true),
        (60, 0, 0, true),
        (62, 0, 0, false),
        (300, 0, 0, false),
        (300, 240, 241, true),
        (0, -1, 0, true),
        (0, -2, 0, false),
        (5, -2, 0, false),
        (5, -30, 0, false),
        (-5, -2, 0, false),
        (-5, 0, 0, true),
        (-60, -2, 0, false),
        (-60, 0, 0, true),
    ] {
        let world = Abroad::new().await;
        let ada = world.came_through(ACME).await;
        world.app.advance_clock(Span::minutes(5));
        let asked = world.app.now().0;
        let secret = world.set_out(Some(&ada), ACME, AskFor::Sudo).await.unwrap();
        world.app.advance_clock(Span::seconds(took));
        world.acme.claim("auth_time", json!(asked + login - behind));
        world.acme.claim("iat", json!(asked + i64::from(took) - behind));
        world.acme.claim("exp", json!(asked + i64::from(took) + 300));
        let callback = world.approved(&secret, ACME).await;
        let ended = world.come_back(Some(&ada), &secret, ACME, &callback).await;
        let outcome = ended.outcome.map(drop).map_err(|error| error.to_string());
        assert_eq!(outcome.is_ok(), fresh, "{behind} {login} {took}: {outcome:?}");
    }
}

/// A person who removes `max_age` from the address in the browser gains nothing.
#[tokio::test]
async fn a_provider_that_tells_when_and_does_not_this_time_does_not_lead_to_the_mailed_code() {
    let world = Abroad::new().await;
    world.acme.set(|script| {
        script.metadata.insert("claims_supported".to_owned(), json!(["sub", "auth_time"]));
    });
    let ada = world.came_through(ACME).await;
    world.acme.claim("auth_time", Value::Null);
    assert_eq!(refusal(world.confirm(&ada, ACME).await), Refusal::StaleLogin);
    assert!(!world.has_sudo(&ada).await);
    assert_eq!(world.life().sudo_ways(&ada).await.unwrap().code, CodeWay::No);
}

#[tokio::test]
async fn the_very_second_of_the_question_counts() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    world.acme.claim("auth_time", json!(START.0));
    assert!(world.confirm(&ada, ACME).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_does_not_say_when_leads_to_the_mailed_code_until_it_does() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    assert_eq!(world.life().sudo_ways(&ada).await.unwrap().code, CodeWay::No);
    world.acme.claim("auth_time", Value::Null);
    assert_eq!(refusal(world.confirm(&ada, ACME).await), Refusal::NoAuthTime);
    assert!(!world.has_sudo(&ada).await);
    assert_eq!(world.app.news().await, ["session.sudo_confirmed.failure by person of ada@example.com: no_auth_time"]);
    let ways = world.life().sudo_ways(&ada).await.unwrap();
    assert_eq!((ways.password, ways.providers.len(), ways.code), (false, 1, CodeWay::Offered));
    world.acme.claim("auth_time", json!(world.app.now().0));
    let ada = world.in_sudo(&ada, ACME).await;
    assert_eq!(world.life().sudo_ways(&ada).await.unwrap().code, CodeWay::No);
}

#[tokio::test]
async fn another_login_than_the_linked_one_proves_nothing() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    for sub in ["eve-1", "ADA-1", "ada-1 "] {
        world.acme.claim("sub", json!(sub));
        assert_eq!(refusal(world.confirm(&ada, ACME).await), Refusal::OtherIdentity, "{sub}");
    }
    // The same subject at another provider.
    let refused = world.app.changes_nothing(world.set_out(Some(&ada), BRAVO, AskFor::Sudo)).await;
    assert_eq!(refusal(refused), Refusal::OtherIdentity);
    assert!(!world.has_sudo(&ada).await);
}

#[tokio::test]
async fn nobody_sets_out_in_vain() {
    let world = Abroad::new().await;
    let with_password = verified(world.life(), "bob@example.com").await;
    assert_eq!(refusal(world.set_out(Some(&with_password), ACME, AskFor::Sudo).await), Refusal::HasPassword);
    let ada = world.came_through(GITHUB).await;
    assert_eq!(refusal(world.set_out(Some(&ada), GITHUB, AskFor::Sudo).await), Refusal::NoAuthTime);
    assert_eq!(refusal(world.set_out(None, ACME, AskFor::Sudo).await), Refusal::SignInRequired);
    assert_eq!(refusal(world.set_out(Some(&ada), "nobody", AskFor::Sudo).await), Refusal::NotFound);
    assert_eq!(world.app.count("signet_provider_attempts").await, 0);
    let ways = world.life().sudo_ways(&ada).await.unwrap();
    assert_eq!((ways.providers.len(), ways.code), (0, CodeWay::Offered));
}

/// Checklist A30, A31.
#[tokio::test]
async fn it_is_the_session_s_own_and_signing_in_gives_none() {
    let world = Abroad::new().await;
    let other = world.came_through(ACME).await;
    let ada = world.came_through(ACME).await;
    let secret = world.set_out(Some(&ada), ACME, AskFor::Sudo).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    assert_eq!(refusal(world.come_back(Some(&other), &secret, ACME, &callback).await.outcome), Refusal::AttemptOver);
    let ada = world.in_sudo(&ada, ACME).await;
    assert!(world.has_sudo(&ada).await && !world.has_sudo(&other).await);
    // Also with a fresh `auth_time`.
    world.acme.claim("auth_time", json!(world.app.now().0));
    let again = world.came_through(ACME).await;
    assert!(!world.has_sudo(&again).await);
    assert_eq!(world.app.sessions(ADA).await, 3);
}

#[tokio::test]
async fn a_login_that_was_unlinked_on_the_way_proves_nothing() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    let secret = world.set_out(Some(&ada), ACME, AskFor::Sudo).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    world.app.db.run("DELETE FROM signet_identities").await.unwrap();
    assert_eq!(refusal(world.come_back(Some(&ada), &secret, ACME, &callback).await.outcome), Refusal::OtherIdentity);
}
