//! The secrets that providers give us, and those that we share only with them, leak nowhere (checklist V10.1.1,
//! V16.2.5).

use signet::{
    domain::providers::{AskFor, AttemptRequest},
    testing::{
        people::source,
        provider::{ACCESS_TOKEN, CLIENT_SECRET, GITHUB_ACCESS_TOKEN, REFRESH_TOKEN},
    },
};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use secrecy::ExposeSecret;
use signet::server::crypto::attempt::AttemptSecret;
use tracing::Level;

use crate::abroad::{ACME, Abroad, GITHUB};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test]
async fn no_secret_of_the_way_to_a_provider_is_kept_or_logged() {
    let log = Log::default();
    let writer = log.clone();
    let listener = tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(move || writer.clone()).finish();
    let _listening = tracing::subscriber::set_default(listener);
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
    let text = log.text();
    assert!(text.contains("a provider's answer came to nothing"), "the log is heard");
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()), "the log says {secret}");
    }
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
