//! GitHub, which signs nothing, so Signet asks its API instead.

use std::collections::HashMap;

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use signet::{
    domain::{
        email::Email,
        providers::{AskFor, Identity, ProviderId, Subject},
    },
    server::{
        clock::Clock,
        crypto::attempt::AttemptSecret,
        oauth::{Fault, Providers},
    },
    testing::{
        BASE_URL, START,
        provider::{CLIENT_ID, CLIENT_SECRET, Callback, GithubScript, Manner, TestGithub},
    },
};

use super::{LITTLE, ada, client};

/// A browser, Signet's client, and a GitHub.
struct World {
    github: TestGithub,
    providers: Providers,
    secret: AttemptSecret,
}

impl World {
    async fn new() -> Self {
        let github = TestGithub::start().await;
        let providers = client(&[github.settings("github")], &Clock::manual(START));
        Self { github, providers, secret: AttemptSecret::from_random([7; 32]) }
    }

    async fn approved(&self) -> Callback {
        let url = self.providers.authorization_url(&id(), &self.secret, AskFor::SignIn).await.unwrap();
        self.github.approve(&url)
    }

    async fn sign_in(&self) -> Result<Identity, Fault> {
        let code = self.approved().await.code;
        self.providers.exchange(&id(), &self.secret, &code, None).await
    }
}

fn id() -> ProviderId {
    ProviderId::parse("github").unwrap()
}

async fn with(change: impl FnOnce(&mut GithubScript)) -> Result<Identity, Fault> {
    let mut world = World::new().await;
    world.github.set(change);
    if world.github.hangs() {
        let settings = [world.github.settings("github")];
        world.providers = Providers::with_limits(&settings, BASE_URL, &Clock::manual(START), LITTLE);
    }
    world.sign_in().await
}

#[tokio::test]
async fn the_number_is_the_subject_and_the_first_verified_address_the_address() {
    let subject = Subject::parse("1815").unwrap();
    let world = World::new().await;
    let (provider, issuer) = (id(), world.github.base().to_owned());
    let identity = Identity { provider, issuer, subject, email: ada(), auth_time: None, tells_auth_time: false };
    assert_eq!(world.sign_in().await, Ok(identity));
}

#[tokio::test]
async fn the_browser_is_sent_with_state_and_challenge_and_asks_for_no_more_than_the_addresses() {
    let world = World::new().await;
    for ask in AskFor::ALL.iter().copied() {
        let url = world.providers.authorization_url(&id(), &world.secret, ask).await.unwrap();
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let mut names: Vec<&str> = asked.keys().map(String::as_str).collect();
        names.sort_unstable();
        let expected = ["client_id", "code_challenge", "code_challenge_method", "redirect_uri", "response_type"];
        assert_eq!(names[..5], expected);
        assert_eq!(names[5..], ["scope", "state"]);
        assert_eq!(asked["scope"], "user:email");
        assert_eq!(asked["state"], world.secret.state().expose_secret());
        assert_eq!(asked["redirect_uri"], "https://signet.example/users/auth/github/callback");
    }
}

#[tokio::test]
async fn the_code_is_exchanged_with_the_verifier_and_the_secret_in_the_body() {
    let world = World::new().await;
    world.sign_in().await.unwrap();
    let [request] = &world.github.token_requests()[..] else { panic!("more than one") };
    assert_eq!(request.form["code_verifier"], world.secret.verifier().expose_secret());
    assert_eq!(
        (request.form["client_id"].as_str(), request.form["client_secret"].as_str()),
        (CLIENT_ID, CLIENT_SECRET)
    );
}

#[tokio::test]
async fn another_browser_s_code_and_a_used_one_are_refused() {
    let world = World::new().await;
    let code = world.approved().await.code;
    let other = AttemptSecret::from_random([8; 32]);
    for secret in [&other, &world.secret] {
        let found = world.providers.exchange(&id(), secret, &code, None).await;
        assert_eq!(found, Err(Fault::Untrusted("refused")));
    }
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused() {
    let world = World::new().await;
    let Callback { code, iss, .. } = world.approved().await;
    let exchange = async |iss: &str| world.providers.exchange(&id(), &world.secret, &code, Some(iss)).await;
    for other in ["https://github.com/login/oauth", "", "github", &iss.replace("127.0.0.1", "127.0.0.2")] {
        assert_eq!(exchange(other).await, Err(Fault::Untrusted("iss")), "{other}");
    }
    assert!(exchange(&iss).await.is_ok());
}

#[tokio::test]
async fn an_address_counts_only_when_it_is_the_first_and_verified() {
    let entry =
        |email: &str, primary: bool, verified: bool| json!({"email": email, "primary": primary, "verified": verified});
    let one = entry("ada@example.com", true, true);
    for (emails, expected) in [
        (json!([one]), ada()),
        (json!([entry("eve@example.com", true, false), entry("ada@example.com", false, true)]), None),
        (json!([one, entry("eve@example.com", true, true)]), None),
        (json!([entry("not an address", true, true)]), None),
        (json!([]), None),
    ] {
        let found = with(|script| script.emails = emails.clone()).await.unwrap();
        assert_eq!(found.email, expected, "{emails}");
    }
    assert_ne!(ada(), Email::parse("eve@example.com").ok());
}

#[tokio::test]
async fn anything_but_a_number_and_booleans_is_malformed() {
    let malformed = Err(Fault::Untrusted("malformed"));
    for user in [json!({"login": "ada"}), json!({"id": "1815"}), json!({"id": -1}), json!([]), Value::Null] {
        assert_eq!(with(|script| script.user = user.clone()).await, malformed, "{user}");
    }
    let emails = json!([{"email": "ada@example.com", "primary": "true", "verified": "true"}]);
    assert_eq!(with(|script| script.emails = emails).await, malformed);
}

#[tokio::test]
async fn answers_that_are_none_prove_nothing() {
    let expected = [
        (Manner::Redirect, Fault::Untrusted("redirect")),
        (Manner::Huge, Fault::Untrusted("too_large")),
        (Manner::Hang, Fault::Unreachable("timeout")),
        (Manner::Status(500), Fault::Unreachable("status")),
        (Manner::Garbage, Fault::Untrusted("malformed")),
        (Manner::OtherJson, Fault::Untrusted("malformed")),
    ]
    .map(|(manner, fault)| (manner, Err(fault), Err(fault)));
    let mut found = Vec::new();
    for (manner, ..) in expected {
        let token = with(|script| script.token = manner).await.map(drop);
        found.push((manner, token, with(|script| script.api = manner).await.map(drop)));
    }
    assert_eq!(found, expected);
    assert_eq!(with(|script| script.api = Manner::Status(403)).await, Err(Fault::Untrusted("status")));
}
