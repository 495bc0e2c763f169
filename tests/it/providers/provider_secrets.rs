//! The secrets that providers give us, and those that we share only with them, leak nowhere (checklist V10.1.1,
//! V16.2.5).

use secrecy::ExposeSecret;
use signet::{
    domain::providers::{AskFor, AttemptRequest},
    server::crypto::attempt::AttemptSecret,
    testing::{
        people::source,
        provider::{ACCESS_TOKEN, CLIENT_SECRET, GITHUB_ACCESS_TOKEN, REFRESH_TOKEN},
    },
};

use crate::{
    abroad::{ACME, Abroad, GITHUB},
    logged::Logged,
};

#[tokio::test]
async fn no_secret_of_the_way_to_a_provider_is_kept_or_logged() {
    let log = Logged::listen();
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    let ada = world.in_sudo(&ada, ACME).await;
    world.github.set(|script| script.user = serde_json::json!({"id": 7}));
    world.link(&ada, GITHUB).await.unwrap();
    world.acme.claim("nonce", serde_json::json!("another"));
    assert!(world.sign_in(ACME).await.is_err());

    let mut secrets = [ACCESS_TOKEN, REFRESH_TOKEN, GITHUB_ACCESS_TOKEN, CLIENT_SECRET].map(str::to_owned).to_vec();
    let sent = world.acme.token_requests();
    secrets.extend(sent.iter().filter_map(|request| request.form.get("code_verifier").cloned()));
    assert_eq!(secrets.len(), 4 + sent.len());
    for secret in &secrets {
        world.app.keep_secret(secret);
    }
    world.app.holds_no_secret().await;
    assert!(log.text().contains("a provider's answer came to nothing"), "the log is heard");
    log.says_none_of(secrets.iter().map(String::as_str));
}

/// The browser's secret never prints itself.
#[tokio::test]
async fn the_secret_of_an_attempt_does_not_print_itself() {
    let world = Abroad::new().await;
    let secret: AttemptSecret = world
        .life()
        .begin_provider(&source(), None, AttemptRequest { provider: ACME, ask: AskFor::SignIn, return_to: "" })
        .await
        .unwrap();
    let printed = format!("{secret:?}");
    for part in [secret.expose(), secret.state().expose_secret(), secret.verifier().expose_secret()] {
        assert!(!printed.contains(part), "{printed}");
    }
}
