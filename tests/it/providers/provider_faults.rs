//! Everything wrong that a provider, or an attacker in between, can do: Signet refuses it, logs its word, and
//! leaves nothing behind.

use std::time::Duration;

use serde_json::{Value, json};
use signet::{
    domain::{
        error::Refusal,
        providers::{AskFor, AttemptRequest},
        time::Span,
    },
    server::{
        crypto::attempt::AttemptSecret,
        lifecycle,
        oauth::{Limits, Providers},
    },
    testing::{
        BASE_URL,
        people::source,
        provider::{Manner, Script, Signature},
    },
};

use crate::abroad::{ACME, Abroad, BRAVO, refusal, with_code};

/// Has the provider do `change`, comes back from it, and checks that the only effect is the word `failure` in the
/// log.
async fn comes_to(failure: &str, change: impl FnOnce(&mut Script)) {
    let mut world = Abroad::new().await;
    let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    world.acme.set(change);
    if world.acme.hangs() {
        let little = Duration::from_millis(300);
        let limits = Limits { connect: little, whole: little, ..Limits::default() };
        let providers = [world.acme.settings(ACME)];
        world.app.lifecycle.providers = Providers::with_limits(&providers, BASE_URL, &world.app.clock, limits);
    }
    let ended = world.come_back(None, &secret, ACME, &callback).await;
    assert_eq!(ended.ask, Some(AskFor::SignIn));
    assert_eq!(Some(refusal(ended.outcome).code()), failure.split(':').next());
    assert_eq!(world.app.news().await, [format!("session.sign_in.failure by anyone: {failure}")]);
    is_empty(&world).await;
    // A right answer now does not help: the attempt is used up.
    world.acme.set(|script| *script = Script::default());
    let again = world.come_back(None, &secret, ACME, &callback).await;
    assert_eq!((again.ask, refusal(again.outcome)), (None, Refusal::AttemptOver));
}

async fn is_empty(world: &Abroad) {
    for table in [
        "signet_users",
        "signet_sessions",
        "signet_identities",
        "signet_provider_attempts",
        "signet_letters",
        "signet_known_devices",
    ] {
        assert_eq!(world.app.count(table).await, 0, "{table}");
    }
    world.app.holds_no_secret().await;
}

fn claim(name: &'static str, value: Value) -> impl FnOnce(&mut Script) {
    move |script| _ = script.claims.insert(name.to_owned(), value)
}

#[tokio::test]
async fn a_token_that_is_not_signed_as_it_should_be_signs_nobody_in() {
    for (signature, word) in [
        (Signature::None, "alg"),
        (Signature::Hs256WithPublicKey, "alg"),
        (Signature::Hs256WithClientSecret, "alg"),
        (Signature::Rs384, "alg"),
        (Signature::ForeignKey, "signature"),
        (Signature::Tampered, "signature"),
        (Signature::Unheard, "malformed"),
    ] {
        comes_to(&format!("provider_untrusted:{word}"), |script| script.signature = signature).await;
    }
    comes_to("provider_untrusted:no_id_token", |script| script.without_id_token = true).await;
}

#[tokio::test]
async fn a_token_that_says_something_else_signs_nobody_in() {
    for (name, value, word) in [
        ("aud", json!("another client"), "audience"),
        ("azp", json!("another client"), "authorized_party"),
        ("iss", json!("https://id.example"), "issuer"),
        ("nonce", json!("another"), "nonce"),
        ("nonce", Value::Null, "nonce"),
        ("exp", json!(0), "expired"),
        ("sub", json!("x".repeat(256)), "subject"),
        ("sub", json!("a\0"), "subject"),
        ("email_verified", json!("yes"), "malformed"),
        ("auth_time", json!("now"), "malformed"),
    ] {
        comes_to(&format!("provider_untrusted:{word}"), claim(name, value)).await;
    }
    comes_to("email_not_verified", claim("email_verified", json!(false))).await;
}

#[tokio::test]
async fn an_answer_that_is_none_signs_nobody_in() {
    for (manner, failure) in [
        (Manner::Redirect, "provider_untrusted:redirect"),
        (Manner::Huge, "provider_untrusted:too_large"),
        (Manner::Garbage, "provider_untrusted:malformed"),
        (Manner::OtherJson, "provider_untrusted:malformed"),
        (Manner::Refusal, "provider_untrusted:refused"),
        (Manner::Status(500), "provider_unreachable:status"),
        (Manner::Hang, "provider_unreachable:timeout"),
    ] {
        comes_to(failure, |script| script.token = manner).await;
    }
}

/// What the browser brings back, changed, and the result.
async fn browser_says(
    failure: &str,
    change: impl for<'a> FnOnce(lifecycle::providers::Callback<'a>) -> lifecycle::providers::Callback<'a>,
) {
    let world = Abroad::new().await;
    let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    let changed = change(with_code(ACME, &callback));
    let ended = world.life().finish_provider(&source(), None, Some(&secret), changed).await;
    assert_eq!(Some(refusal(ended.outcome).code()), failure.split(':').next());
    // Any site can make a browser send another state.
    let recorded = failure.contains(':').then(|| format!("session.sign_in.failure by anyone: {failure}"));
    assert_eq!(world.app.news().await, Vec::from_iter(recorded));
    let is_shown = !world.acme.token_requests().is_empty() || !world.bravo.token_requests().is_empty();
    assert!(!is_shown, "the code was shown to nobody");
    // What is refused before the provider is asked leaves the attempt open; only `iss` is compared later.
    let left = i64::from(!failure.ends_with(":iss"));
    assert_eq!(world.app.count("signet_provider_attempts").await, left, "{failure}");
    let ended = world.come_back(None, &secret, ACME, &callback).await;
    assert_eq!(ended.outcome.is_ok(), left == 1, "{failure}");
}

#[tokio::test]
async fn what_is_wrong_with_the_callback_is_seen_before_the_code_is_shown_to_anybody() {
    let other = AttemptSecret::from_random([9; 32]).row();
    for state in ["", "x", &other] {
        let state: &'static str = state.to_owned().leak();
        browser_says("attempt_over", |said| lifecycle::providers::Callback { state, ..said }).await;
    }
    browser_says("attempt_over:provider", |said| lifecycle::providers::Callback { provider: BRAVO, ..said }).await;
    browser_says("attempt_over:provider", |said| lifecycle::providers::Callback { provider: "nobody", ..said }).await;
    for iss in [None, Some(""), Some("https://id.example")] {
        browser_says("provider_untrusted:iss", |said| lifecycle::providers::Callback { iss, ..said }).await;
    }
    browser_says("provider_untrusted:no_code", |said| lifecycle::providers::Callback { code: None, ..said }).await;
    for (error, failure) in [
        ("access_denied", "provider_denied:denied"),
        ("temporarily_unavailable", "provider_unreachable:status"),
        ("<script>", "provider_untrusted:refused"),
    ] {
        browser_says(failure, |said| lifecycle::providers::Callback { error: Some(error), code: None, ..said }).await;
    }
}

/// Checklist V10.1.2, V10.2.1: another person's answer, in this browser and without an attempt.
#[tokio::test]
async fn an_answer_is_good_in_the_browser_that_asked_and_once() {
    let world = Abroad::new().await;
    let theirs = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let eve = world.approved(&theirs, ACME).await;
    let ours = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let without = world.life().finish_provider(&source(), None, None, with_code(ACME, &eve)).await;
    assert_eq!((without.ask, refusal(without.outcome)), (None, Refusal::AttemptOver));
    assert_eq!(world.app.news().await, [""; 0], "any site can make a browser send this");
    let foreign = world.come_back(None, &ours, ACME, &eve).await;
    assert_eq!(refusal(foreign.outcome), Refusal::AttemptOver);
    assert_eq!(world.app.count("signet_sessions").await, 0);
    assert!(world.come_back(None, &theirs, ACME, &eve).await.outcome.is_ok());
    let replayed = world.come_back(None, &theirs, ACME, &eve).await;
    assert_eq!((replayed.ask, refusal(replayed.outcome)), (None, Refusal::AttemptOver));
    assert_eq!(world.app.count("signet_sessions").await, 1);
}

/// Our state with their code: nonce and PKCE belong to another browser.
#[tokio::test]
async fn a_code_of_another_browser_is_worth_nothing() {
    let world = Abroad::new().await;
    let theirs = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let eve = world.approved(&theirs, ACME).await;
    let ours = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let mut mixed = world.approved(&ours, ACME).await;
    mixed.code = eve.code;
    assert_eq!(refusal(world.come_back(None, &ours, ACME, &mixed).await.outcome), Refusal::ProviderUntrusted);
    assert_eq!(world.app.count("signet_users").await, 0);
}

#[tokio::test]
async fn an_attempt_lasts_ten_minutes() {
    for (late, works) in [(600, true), (601, false)] {
        let world = Abroad::new().await;
        let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
        let callback = world.approved(&secret, ACME).await;
        world.app.advance_clock(Span::seconds(late));
        assert_eq!(world.life().provider_redirect(&secret, ACME).await.is_ok(), works);
        let ended = world.come_back(None, &secret, ACME, &callback).await;
        assert_eq!((ended.ask, ended.outcome.is_ok()), (Some(AskFor::SignIn), works), "{late}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be_and_harms_nobody() {
    let mut world = Abroad::new().await;
    world.acme.stop().await;
    let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let page = world.life().provider_redirect(&secret, ACME).await.unwrap();
    assert_eq!((page.name.as_str(), page.ask, page.url), ("Acme", AskFor::SignIn, None));
    assert_eq!(refusal(world.life().provider_redirect(&secret, BRAVO).await), Refusal::AttemptOver);
    assert!(world.sign_in(BRAVO).await.is_ok());
}

#[tokio::test]
async fn a_path_to_elsewhere_is_not_gone_back_to() {
    let world = Abroad::new().await;
    for (wanted, kept) in [("/users/settings/email", "/users/settings/email"), ("//evil.example", "/dashboard")] {
        let secret = world
            .life()
            .begin_provider(&source(), None, AttemptRequest { provider: ACME, ask: AskFor::SignIn, return_to: wanted })
            .await
            .unwrap();
        let page = world.life().provider_redirect(&secret, ACME).await.unwrap();
        assert_eq!(page.return_to, kept);
    }
}
