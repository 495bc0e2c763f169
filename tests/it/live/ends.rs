//! Every action that ends a session also ends its streams.

use std::time::Duration;

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, time::Span},
    testing::{OTHER_PASSWORD, PASSWORD, TestApp},
};

use super::{ADA, BOB, listening::Listening, looking, told};
use crate::api;

#[tokio::test]
async fn a_session_that_runs_out_is_over() {
    let app = looking().await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::begun(&ada).await;
    app.advance_clock(Span::days(7));
    stream.is_quiet().await;
    app.advance_clock(Span::seconds(1));
    stream.is_over().await;
}

#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_over() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    let change = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    let mut stream = Listening::begun(&app.signed_in(ADA, PASSWORD).await).await;
    let mut own = Listening::begun(&ada).await;
    ada.post("change_password", &change).await;
    stream.is_over().await;
    own.changed().await;

    let token = ada.ask_for_reset(ADA).await;
    own.changed().await;
    app.browser().post("reset_password", &[("token", &token), ("new_password", PASSWORD)]).await;
    own.is_over().await;
}

/// By its name, with all the others, because of an event, and by a program.
#[tokio::test]
async fn however_a_session_is_ended_elsewhere_it_is_over() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    for (action, field) in [("revoke_session", "session"), ("revoke_other_sessions", ""), ("disown_event", "event")] {
        let other = app.signed_in(ADA, PASSWORD).await;
        let which = match field {
            "session" => other.viewer().await.session.id.to_string(),
            _ => app.rows("SELECT MAX(id) FROM signet_events").await.remove(0),
        };
        let fields = [(field, which.as_str())];
        let mut stream = Listening::begun(&other).await;
        let sent: &[(&str, &str)] = if field.is_empty() { &[] } else { &fields };
        assert_eq!(ada.call(action, sent).await.status, 200, "{action}");
        stream.is_over().await;
    }
    let token = api::token(&ada, Scope::Write).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    let path = format!("/api/v1/sessions/{}", other.viewer().await.session.id);
    let (mut stream, mut own) = (Listening::begun(&other).await, Listening::begun(&ada).await);
    assert_eq!(api::ask(&app, Method::DELETE, &path, Some(token.expose())).await.status, 204);
    stream.is_over().await;
    own.changed().await;
}

#[tokio::test]
async fn signing_out_ends_the_streams_of_the_session_and_of_no_other() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    let (mut one, mut two) = (Listening::begun(&ada).await, Listening::begun(&ada).await);
    let mut others = Listening::begun(&other).await;
    ada.post("sign_out", &[]).await;
    one.is_over().await;
    two.is_over().await;
    others.changed().await;
    others.is_quiet().await;
}

#[tokio::test]
async fn a_closed_account_is_signed_out_and_a_kept_one_is_told() {
    let app = told().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let mut stream = Listening::begun(&ada).await;
    ada.post("schedule_deletion", &[("confirmation", ADA)]).await;
    stream.is_over().await;
    ada.sign_in(ADA, PASSWORD).await;
    let mut closed = Listening::begun(&ada).await;
    ada.post("cancel_deletion", &[]).await;
    closed.changed().await;
}

#[tokio::test]
async fn an_erased_account_is_over() {
    let app = told().await;
    let (eve, _) = app.unverified(ADA).await;
    let mut replaced = Listening::begun(&eve).await;
    // Another person signs up with the address that was never confirmed.
    app.browser().post("sign_up", &[("email", ADA), ("password", OTHER_PASSWORD)]).await;
    replaced.is_over().await;

    app.settle().await;
    let bob = app.scheduled_browser(BOB).await;
    for _ in 0..2 {
        app.advance_clock(Span::days(6));
        bob.get("/users/reactivate").await;
        is_noted(&app).await;
    }
    let mut erased = Listening::begun(&bob).await;
    app.advance_clock(Span::days(3));
    app.deliver().await;
    erased.is_over().await;
}

#[tokio::test]
async fn a_browser_that_signs_in_to_another_account_leaves_the_first() {
    let app = told().await;
    app.authenticated_browser(BOB).await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stream = Listening::begun(&ada).await;
    ada.sign_in(BOB, PASSWORD).await;
    stream.is_over().await;
}

/// Waits until a session's use is noted, which happens beside the request.
async fn is_noted(app: &TestApp) {
    let used_now = format!("signet_sessions WHERE last_seen_at = {}", app.now().0);
    for _ in 0..1_000 {
        if app.count(&used_now).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("its use is not noted");
}
