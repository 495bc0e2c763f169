//! What an ID token must contain to prove anything (`OpenID` Connect Core 1.0 §3.1.3.7).

use serde_json::{Value, json};
use signet::{
    domain::{
        providers::{AskFor, Identity, Subject},
        time::Timestamp,
    },
    server::oauth::Fault,
    testing::{
        START,
        provider::{CLIENT_ID, Signature},
    },
};

use super::{World, acme, ada};

/// The result of a token with this claim changed.
async fn with(claim: &str, value: Value) -> Result<Identity, Fault> {
    let world = World::new().await;
    world.provider.claim(claim, value);
    world.sign_in().await
}

/// Checks the word of the fault for tokens with this claim changed to each of these values.
async fn refused(claim: &str, values: &[Value], word: &'static str) {
    let mut found = Vec::new();
    for value in values {
        found.push((value, with(claim, value.clone()).await));
    }
    let expected: Vec<_> = values.iter().map(|value| (value, Err(Fault::Untrusted(word)))).collect();
    assert_eq!(found, expected, "{claim}");
}

#[tokio::test]
async fn a_right_token_proves_subject_and_address() {
    let world = World::new().await;
    let subject = Subject::parse("ada-1").unwrap();
    let (provider, issuer) = (acme(), world.provider.issuer().to_owned());
    let identity = Identity { provider, issuer, subject, email: ada(), auth_time: None, tells_auth_time: false };
    assert_eq!(world.sign_in().await, Ok(identity));
}

#[tokio::test]
async fn the_time_of_signing_in_there_is_passed_on_as_it_stands() {
    let world = World::new().await;
    let sudo = async || {
        let callback = world.provider.approve(&world.set_out(AskFor::Sudo).await.unwrap());
        world.exchange(&callback).await.unwrap().auth_time.map(|login| login.at)
    };
    assert_eq!(sudo().await, Some(START));
    world.provider.claim("auth_time", json!(START.0 - 86_400));
    assert_eq!(sudo().await, Some(Timestamp(START.0 - 86_400)), "stale or not is for the rule to say");
    world.provider.claim("auth_time", Value::Null);
    assert_eq!(sudo().await, None);
}

#[tokio::test]
async fn the_subject_is_taken_as_it_is() {
    for sub in ["ADA-1", " ada-1", "auth0|5f7c", &"x".repeat(255)] {
        assert_eq!(with("sub", json!(sub)).await.unwrap().subject.as_str(), sub);
    }
}

#[tokio::test]
async fn a_subject_that_cannot_be_one_is_refused() {
    refused("sub", &[json!(""), json!("x".repeat(256)), json!("a\nb"), json!("ä")], "subject").await;
    refused("sub", &[Value::Null, json!(7)], "malformed").await;
}

#[tokio::test]
async fn an_address_counts_only_with_the_boolean_true_beside_it() {
    for value in [json!(false), json!("false"), Value::Null] {
        assert_eq!(with("email_verified", value).await.unwrap().email, None);
    }
    assert_eq!(with("email_verified", json!("true")).await.unwrap().email, ada());
    let others = [json!("True"), json!("yes"), json!("1"), json!(""), json!(1), json!(["true"])];
    refused("email_verified", &others, "malformed").await;
}

#[tokio::test]
async fn an_address_that_signet_does_not_accept_counts_as_none() {
    for value in [json!("not an address"), json!("mıke@example.com"), Value::Null] {
        assert_eq!(with("email", value).await.unwrap().email, None);
    }
}

#[tokio::test]
async fn a_token_for_somebody_else_is_refused() {
    refused("aud", &[json!("another client"), json!([]), json!(["a", "b"]), Value::Null], "audience").await;
    // The other client could present a token for both to us.
    refused("aud", &[json!([CLIENT_ID, "another client"])], "audience").await;
    assert!(with("aud", json!([CLIENT_ID])).await.is_ok());
}

#[tokio::test]
async fn a_token_that_another_client_asked_for_is_refused() {
    refused("azp", &[json!("another client")], "authorized_party").await;
    assert!(with("azp", json!(CLIENT_ID)).await.is_ok());
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let world = World::new().await;
    let with_slash = format!("{}/", world.provider.issuer());
    world.provider.claim("iss", json!(with_slash));
    assert_eq!(world.sign_in().await, Err(Fault::Untrusted("issuer")));
    refused("iss", &[json!("https://id.example")], "issuer").await;
    refused("iss", &[Value::Null], "malformed").await;
}

#[tokio::test]
async fn a_token_of_another_attempt_is_refused() {
    refused("nonce", &[json!("another"), json!(""), Value::Null], "nonce").await;
}

#[tokio::test]
async fn a_token_that_has_run_out_is_refused_a_minute_later() {
    let at = |seconds: i64| json!(START.0 + seconds);
    refused("exp", &[at(-61), at(-60), at(-86_400), json!(0), json!(-1)], "expired").await;
    assert!(with("exp", at(-59)).await.is_ok(), "clocks may differ by a minute");
    refused("exp", &[Value::Null, json!("tomorrow")], "malformed").await;
}

#[tokio::test]
async fn a_token_out_of_the_future_is_refused() {
    refused("iat", &[json!(START.0 + 61), json!(START.0 + 86_400)], "not_yet").await;
    assert!(with("iat", json!(START.0 + 60)).await.is_ok());
}

#[tokio::test]
async fn a_signature_counts_only_from_the_published_key_and_in_a_way_of_the_list() {
    let alg = Err(Fault::Untrusted("alg"));
    let expected = [
        (Signature::Rs256, Ok(())),
        (Signature::Ps256, Ok(())),
        (Signature::Rs384, alg),
        (Signature::None, alg),
        (Signature::Hs256WithPublicKey, alg),
        (Signature::Hs256WithClientSecret, alg),
        (Signature::ForeignKey, Err(Fault::Untrusted("signature"))),
        (Signature::Tampered, Err(Fault::Untrusted("signature"))),
        (Signature::Unheard, Err(Fault::Untrusted("malformed"))),
    ];
    for key_name in [Some("key-1"), None] {
        let mut found = Vec::new();
        for (signature, _) in expected {
            let world = World::new().await;
            world.provider.set(|script| (script.signature, script.key_name) = (signature, key_name));
            found.push((signature, world.sign_in().await.map(drop)));
        }
        assert_eq!(found, expected, "{key_name:?}");
    }
}

#[tokio::test]
async fn an_answer_without_an_id_token_proves_nothing() {
    let world = World::new().await;
    world.provider.set(|script| script.without_id_token = true);
    assert_eq!(world.sign_in().await, Err(Fault::Untrusted("no_id_token")));
}
