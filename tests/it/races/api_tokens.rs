//! API tokens, created, used and revoked in several places at once.

use std::sync::Arc;

use signet::{
    domain::api_tokens::{MAX_TOKENS, Typed},
    server::{crypto::api_token::ApiToken, lifecycle::Viewer},
    testing::{
        TestApp,
        people::{in_sudo, signed_in, source, verified},
    },
};

use super::{RaceSteps, duel, together, winners, won};

const FORM: Typed<'static> = Typed { name: "backup", scope: "write", expires: "7" };

async fn owner(app: &TestApp, email: &str) -> Viewer {
    in_sudo(&app.lifecycle, &verified(&app.lifecycle, email).await).await
}

async fn create(app: &TestApp, viewer: &Viewer) -> ApiToken {
    app.lifecycle.create_api_token(&source(), viewer, FORM).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_the_limit_one_is_created() {
    let app = Arc::new(TestApp::unlimited().await);
    let ada = owner(&app, "ada@example.com").await;
    for _ in 1..MAX_TOKENS {
        create(&app, &ada).await;
    }
    let created = together(6, |_| {
        let (life, viewer) = (app.lifecycle.clone(), ada.clone());
        async move { life.create_api_token(&source(), &viewer, FORM).await }
    });
    assert_eq!(winners(created.await).len(), 1);
    assert_eq!(app.count("signet_api_tokens").await, MAX_TOKENS);
    assert_eq!(app.letters("api_token_created").await, MAX_TOKENS);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_revoked_once() {
    let app = TestApp::unlimited().await;
    let ada = owner(&app, "ada@example.com").await;
    create(&app, &ada).await;
    let id = app.rows("SELECT id FROM signet_api_tokens").await.remove(0);
    let revoked = together(6, |_| {
        let (life, viewer, id) = (app.lifecycle.clone(), ada.clone(), id.clone());
        async move { life.revoke_api_token(&source(), &viewer, &id).await }
    });
    assert_eq!(winners(revoked.await).len(), 1);
    assert_eq!(app.happened("api_token.revoked").await, 1);
    app.is_consistent().await;
}

/// Whichever comes first: a revoked token does nothing afterwards, and what it did before stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_used_while_it_is_revoked_acts_before_or_not_at_all() {
    let app = TestApp::unlimited().await;
    for trial in 0..8 {
        let email = format!("ada{trial}@example.com");
        let ada = owner(&app, &email).await;
        let token = create(&app, &ada).await;
        let other = signed_in(&app.lifecycle, &email).await.session.id.to_string();
        let caller = app.lifecycle.api_viewer(&source(), &token).await.unwrap().unwrap();
        let (life, again, id) = (app.lifecycle.clone(), app.lifecycle.clone(), other.clone());
        let (used, revoked) =
            duel(trial, async move { won(life.revoke_session_by_token(&source(), &caller, &id).await) }, async move {
                again.revoke_all_api_tokens(&source(), &ada).await
            })
            .await;
        assert_eq!(revoked.unwrap(), 1, "trial {trial}");
        assert_eq!(app.count(&format!("signet_sessions WHERE id = '{other}'")).await == 0, used, "trial {trial}");
        assert!(app.lifecycle.api_viewer(&source(), &token).await.unwrap().is_none(), "trial {trial}");
    }
    app.is_consistent().await;
}

/// A token that is created while the account is being closed must not outlive the closing.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_keeps_no_token_that_was_created_meanwhile() {
    let app = TestApp::unlimited().await;
    for trial in 0..8 {
        let email = format!("ada{trial}@example.com");
        let here = owner(&app, &email).await;
        let there = in_sudo(&app.lifecycle, &signed_in(&app.lifecycle, &email).await).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (_, closed) =
            duel(trial, async move { won(life.create_api_token(&source(), &here, FORM).await) }, async move {
                other.schedule_deletion(&source(), &there, &email).await
            })
            .await;
        closed.unwrap();
        assert_eq!(app.count("signet_api_tokens").await, 0, "trial {trial}");
    }
    app.is_consistent().await;
}
