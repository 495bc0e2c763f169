//! Wrong answers, at every address of a provider.

use std::time::Instant;

use serde_json::json;
use signet::{
    domain::providers::AskFor,
    server::oauth::{Fault, Limits},
    testing::provider::{Manner, Script},
};

use super::{World, acme};

/// Every wrong way to answer, and the fault that results.
const WAYS: [(Manner, Fault); 7] = [
    (Manner::Redirect, Fault::Untrusted("redirect")),
    (Manner::Huge, Fault::Untrusted("too_large")),
    (Manner::Hang, Fault::Unreachable("timeout")),
    (Manner::Status(500), Fault::Unreachable("status")),
    (Manner::Status(429), Fault::Unreachable("status")),
    (Manner::Garbage, Fault::Untrusted("malformed")),
    (Manner::OtherJson, Fault::Untrusted("malformed")),
];

/// The fault that results from signing in with a provider that does `change`. The fault must come soon, and the
/// client must not follow a redirect.
async fn with(change: impl FnOnce(&mut Script)) -> Fault {
    let world = World::new().await;
    world.provider.set(change);
    let world = if world.provider.hangs() { world.impatient() } else { world };
    let began = Instant::now();
    let fault = match world.set_out(AskFor::SignIn).await {
        // "Denied" is never a provider's fault: here it stands for success.
        Ok(url) => world.exchange(&world.provider.approve(&url)).await.err().unwrap_or(Fault::Denied),
        Err(fault) => fault,
    };
    assert!(began.elapsed() < Limits::default().whole, "{fault:?} after {:?}", began.elapsed());
    assert_eq!(world.provider.visits("/elsewhere"), 0);
    fault
}

/// The fault for each of [`WAYS`] at the address that `put` picks.
async fn all_ways(put: impl Fn(&mut Script, Manner)) -> Vec<(Manner, Fault)> {
    let mut found = Vec::new();
    for (manner, _) in WAYS {
        found.push((manner, with(|script| put(script, manner)).await));
    }
    found
}

#[tokio::test]
async fn a_token_endpoint_that_does_not_answer_as_it_should_proves_nothing() {
    assert_eq!(all_ways(|script, manner| script.token = manner).await, WAYS);
    assert_eq!(with(|script| script.token = Manner::Refusal).await, Fault::Untrusted("refused"));
    assert_eq!(with(|script| script.token = Manner::Status(400)).await, Fault::Untrusted("malformed"));
}

#[tokio::test]
async fn a_discovery_that_does_not_answer_as_it_should_sends_nobody_there() {
    assert_eq!(all_ways(|script, manner| script.discovery = manner).await, WAYS);
    assert_eq!(with(|script| script.discovery = Manner::Status(404)).await, Fault::Untrusted("status"));
}

#[tokio::test]
async fn keys_that_do_not_come_as_they_should_send_nobody_there() {
    assert_eq!(all_ways(|script, manner| script.keys = manner).await, WAYS);
}

#[tokio::test]
async fn a_provider_that_describes_another_one_is_refused() {
    let cases = [
        ("issuer", json!("https://id.example"), "issuer"),
        ("issuer", json!(null), "malformed"),
        ("authorization_endpoint", json!("javascript:alert(1)"), "endpoint"),
        ("authorization_endpoint", json!("http://id.example/authorize"), "endpoint"),
        ("token_endpoint", json!("http://id.example/token"), "endpoint"),
        ("token_endpoint", json!("file:///etc/passwd"), "endpoint"),
        ("token_endpoint", json!(null), "endpoint"),
        ("jwks_uri", json!("http://id.example/keys"), "endpoint"),
        ("jwks_uri", json!("/keys"), "malformed"),
    ];
    let mut found = Vec::new();
    for (field, value, _) in &cases {
        let change = |script: &mut Script| _ = script.metadata.insert((*field).to_owned(), value.clone());
        found.push((field, value, with(change).await));
    }
    let expected: Vec<_> = cases.iter().map(|(field, value, word)| (field, value, Fault::Untrusted(word))).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused_before_the_code_is_shown_to_anybody() {
    let world = World::new().await;
    let callback = world.approved().await;
    let with_slash = format!("{}/", callback.iss);
    for iss in [Some("https://id.example"), Some(""), Some(with_slash.as_str()), None] {
        let found = world.providers.exchange(&acme(), &world.secret, &callback.code, iss).await;
        assert_eq!(found, Err(Fault::Untrusted("iss")), "{iss:?}");
    }
    assert!(world.provider.token_requests().is_empty());
}

#[tokio::test]
async fn a_provider_that_never_names_itself_need_not() {
    let world = World::new().await;
    world.provider.set(|script| {
        script.metadata.insert("authorization_response_iss_parameter_supported".to_owned(), json!(null));
    });
    let callback = world.approved().await;
    let exchange = async |iss| world.providers.exchange(&acme(), &world.secret, &callback.code, iss).await;
    assert_eq!(exchange(Some("https://id.example")).await, Err(Fault::Untrusted("iss")));
    assert!(exchange(None).await.is_ok());
}
