//! What Signet sends to a provider.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::ExposeSecret;
use serde_json::json;
use sha2::{Digest, Sha256};
use signet::{
    domain::providers::{AskFor, ProviderId, ProviderKind},
    server::{
        crypto::attempt::AttemptSecret,
        oauth::{Fault, Providers},
        tls::Authorities,
    },
    testing::{
        BASE_URL,
        provider::{CLIENT_ID, CLIENT_SECRET},
    },
};

use super::{World, acme};

const REDIRECT_URI: &str = "https://signet.example/users/auth/acme/callback";

#[tokio::test]
async fn the_browser_is_sent_with_state_nonce_and_challenge_and_asks_for_no_more_than_the_address() {
    let world = World::new().await;
    let secret = &world.secret;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(secret.verifier().expose_secret()));
    let (state, nonce) = (secret.state(), secret.nonce());
    for (ask, more) in
        [(AskFor::SignIn, &[][..]), (AskFor::Link, &[]), (AskFor::Sudo, &[("prompt", "login"), ("max_age", "0")])]
    {
        let url = world.set_out(ask).await.unwrap();
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let expected = [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid email"),
            ("state", state.expose_secret()),
            ("nonce", nonce.expose_secret()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let expected: HashMap<_, _> = expected.iter().chain(more).map(|(n, v)| ((*n).into(), (*v).into())).collect();
        assert_eq!(asked, expected, "{ask:?}");
        for secret in [secret.expose(), secret.verifier().expose_secret(), CLIENT_SECRET] {
            assert!(!url.as_str().contains(secret), "{url}");
        }
    }
}

#[tokio::test]
async fn the_code_is_exchanged_with_verifier_redirect_address_and_the_secret_in_the_header() {
    let world = World::new().await;
    world.sign_in().await.unwrap();
    let [request] = &world.provider.token_requests()[..] else { panic!("more than one") };
    assert_eq!(request.form["code"], "code-0");
    assert_eq!(request.form["grant_type"], "authorization_code");
    assert_eq!(request.form["redirect_uri"], REDIRECT_URI);
    assert_eq!(request.form["code_verifier"], world.secret.verifier().expose_secret());
    assert_eq!(request.basic, Some((CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned())));
    assert!(!request.form.contains_key("client_secret"));
}

#[tokio::test]
async fn the_secret_goes_into_the_body_where_the_provider_reads_it_there_only() {
    for (methods, in_body) in [
        (json!(["client_secret_post"]), true),
        (json!(["client_secret_post", "client_secret_basic"]), false),
        (json!(["private_key_jwt", "client_secret_basic"]), false),
    ] {
        let world = World::new().await;
        world.provider.set(|script| {
            script.metadata.insert("token_endpoint_auth_methods_supported".to_owned(), methods.clone());
        });
        world.sign_in().await.unwrap();
        let request = world.provider.token_requests().remove(0);
        assert_eq!((request.form.contains_key("client_secret"), request.basic.is_none()), (in_body, in_body));
    }
}

#[tokio::test]
async fn another_browser_s_code_is_worth_nothing() {
    let world = World::new().await;
    let callback = world.approved().await;
    let other = AttemptSecret::from_random([8; 32]);
    let found = world.providers.exchange(&acme(), &other, &callback.code, Some(&callback.iss)).await;
    assert_eq!(found, Err(Fault::Untrusted("refused")));
}

#[tokio::test]
async fn the_browser_comes_back_with_the_state_it_set_out_with() {
    let world = World::new().await;
    let callback = world.approved().await;
    assert!(world.secret.has_state(&callback.state));
    let begin = format!("/users/auth/acme/callback?code=code-0&state={}&iss=http%3A%2F%2F127", callback.state);
    assert!(callback.path("acme").starts_with(&begin), "{}", callback.path("acme"));
}

#[tokio::test]
async fn a_code_is_worth_something_once() {
    let world = World::new().await;
    let callback = world.approved().await;
    assert!(world.exchange(&callback).await.is_ok());
    assert_eq!(world.exchange(&callback).await, Err(Fault::Untrusted("refused")));
}

#[tokio::test]
async fn providers_are_listed_in_the_order_of_the_settings_and_no_others_are_known() {
    let world = World::new().await;
    let settings = ["zeta", "acme", "beta"].map(|id| world.provider.settings(id));
    let providers = Providers::new(&settings, BASE_URL, &world.clock, &Authorities::default());
    let listed: Vec<_> = providers.list().map(|listed| (listed.id.as_str(), listed.name.as_str())).collect();
    assert_eq!(listed, [("zeta", "Acme"), ("acme", "Acme"), ("beta", "Acme")]);
    assert_eq!(providers.get(&acme()).unwrap().kind, ProviderKind::Oidc);
    let nobody = ProviderId::parse("nobody").unwrap();
    assert!(providers.get(&nobody).is_none());
    let unknown = Err(Fault::Untrusted("not_configured"));
    assert_eq!(providers.authorization_url(&nobody, &world.secret, AskFor::SignIn).await.map(drop), unknown);
    assert_eq!(providers.exchange(&nobody, &world.secret, "code", None).await.map(drop), unknown);
    assert!(!format!("{settings:?}{providers:?}").contains(CLIENT_SECRET));
}
