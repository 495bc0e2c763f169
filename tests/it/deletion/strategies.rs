//! Checks what each strategy leaves of an account, and that another person can use the address afterwards.

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, deletion::Strategy, error::Refusal, id::UserId, outbox::Kind, time::Span},
    server::lifecycle::deletion::Execution,
    testing::{Browser, OTHER_PASSWORD, PASSWORD, TestApp},
};

use crate::{
    api::{ask, token},
    export::exporting::ExportSteps,
};

const ADA: &str = "ada.marker@example.com";
const GRACE: Span = Span::days(14);
const ALL: [Strategy; 3] = [Strategy::Anonymize, Strategy::SoftDelete, Strategy::HardDelete];

/// Starts an application that erases by `strategy`, and closes an account after its owner has changed the name, the
/// address and more. Returns both. The owner is signed in again, so the closed account has a session.
async fn closed(strategy: Strategy) -> (TestApp, UserId) {
    let app = TestApp::with(|settings| settings.deletion.strategy = strategy).await;
    let browser = app.authenticated_browser(ADA).await;
    browser.post("update_profile", &[("name", "Ada Marker")]).await;
    browser.change_email("marker.two@example.com").await;
    let back = browser.change_email(ADA).await;
    app.keep_secret(&back);
    browser.ask_for_reset(ADA).await;
    app.browser().sign_in(ADA, PASSWORD).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    browser.sign_in(ADA, PASSWORD).await;
    app.settle().await;
    let user = app.user(ADA).await;
    (app, user)
}

async fn execute(app: &TestApp, user: &UserId) {
    app.advance_clock(GRACE);
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(app.count(&format!("signet_users WHERE id = '{user}' AND deleted_at IS NULL")).await, 0);
    let post = app.deliver_what_is_left().await;
    assert_eq!(post.words(), [format!("deletion_executed to {ADA}")]);
}

async fn refused_sign_in(browser: &Browser<'_>) -> Option<Refusal> {
    browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await.refusal()
}

#[tokio::test]
async fn a_hard_deletion_leaves_an_event_that_names_nobody() {
    let (app, user) = closed(Strategy::HardDelete).await;
    app.authenticated_browser("bystander@example.com").await;
    let theirs = "signet_events WHERE user_id IN (SELECT id FROM signet_users WHERE email LIKE 'by%')";
    let before = app.count(theirs).await;
    execute(&app, &user).await;
    let tombstones =
        "SELECT user_id, session_id, actor, failure FROM signet_events WHERE event = 'account.deletion_executed'";
    snapshot!(app.db.table(tombstones).await, @"
    user_id  session_id  actor   failure
    NULL     NULL        worker  NULL
    ");
    assert_eq!(app.count(theirs).await, before, "the log of others stays");
    assert_eq!(app.count("signet_users").await, 1);
}

#[tokio::test]
async fn a_soft_deletion_keeps_the_data_and_opens_to_nobody() {
    let (app, user) = closed(Strategy::SoftDelete).await;
    execute(&app, &user).await;
    let row = "SELECT email, name, password_hash, deleted_at, anonymized_at, deletion_retry_at FROM signet_users";
    snapshot!(app.db.table(row).await, @"
    email                   name        password_hash  deleted_at  anonymized_at  deletion_retry_at
    ada.marker@example.com  Ada Marker  NULL           1801209600  NULL           NULL
    ");
}

#[tokio::test]
async fn after_each_strategy_the_address_is_free_and_nothing_is_inherited() {
    for strategy in ALL {
        let (app, gone) = closed(strategy).await;
        execute(&app, &gone).await;
        let browser = app.browser();
        assert_eq!(refused_sign_in(&browser).await, Some(Refusal::WrongCredentials), "{strategy:?}");
        browser.post("request_password_reset", &[("email", ADA)]).await;
        assert!(app.deliver_what_is_left().await.words().is_empty(), "{strategy:?}");
        browser.post("sign_up", &[("email", ADA), ("password", OTHER_PASSWORD)]).await;
        let token = app.deliver_what_is_left().await.token(Kind::ConfirmAddress);
        assert_eq!(browser.post("verify_email", &[("token", &token)]).await.sent_to(), "/dashboard", "{strategy:?}");
        let new = browser.viewer().await.user.id;
        assert_ne!(new, gone);
        let inherited = "(name IS NOT NULL OR deletion_scheduled_at IS NOT NULL OR deleted_at IS NOT NULL)";
        assert_eq!(app.count(&format!("signet_users WHERE id = '{new}' AND {inherited}")).await, 0, "{strategy:?}");
        let log = app.lifecycle.list_events(&browser.viewer().await, None, None).await.unwrap();
        assert_eq!(log.entries.len(), 2, "{strategy:?}: its own sign-up and verification");
        assert_eq!(refused_sign_in(&app.browser()).await, Some(Refusal::WrongCredentials), "{strategy:?}");
    }
}

/// Erases an account that still has a token and an export.
#[tokio::test]
async fn after_each_strategy_no_program_and_no_export_is_left() {
    for strategy in ALL {
        let app = TestApp::with(|settings| settings.deletion.strategy = strategy).await;
        let (browser, _) = app.with_export(ADA).await;
        let program = token(&browser, Scope::Write).await;
        let now = app.now().0;
        // Set the token's last use to now. Otherwise the server would record the use in the background, at some
        // moment of this test.
        app.db.run(&format!("UPDATE signet_api_tokens SET last_used_at = {now}")).await.unwrap();
        let me = async || ask(&app, Method::GET, "/api/v1/me", Some(program.expose())).await.status.as_u16();
        assert_eq!(
            (me().await, app.count("signet_exports").await, app.export_files().len()),
            (200, 1, 1),
            "{strategy:?}"
        );
        // Close the account by a statement and make it due at once. The action `schedule_deletion` would revoke the
        // token, and both the token and the export expire before the grace period ends.
        let close = format!("UPDATE signet_users SET deletion_scheduled_at = {}, delete_at = {now}", now - 1);
        app.db.run(&close).await.unwrap();
        assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed, "{strategy:?}");
        for table in ["signet_api_tokens", "signet_exports"] {
            assert_eq!(app.count(table).await, 0, "{strategy:?}: {table}");
        }
        assert_eq!((me().await, app.export_files().len()), (401, 0), "{strategy:?}");
    }
}

#[tokio::test]
async fn an_address_that_somebody_else_waits_to_verify_is_no_obstacle() {
    for strategy in ALL {
        let (app, gone) = closed(strategy).await;
        app.browser().post("sign_up", &[("email", "marker.two@example.com"), ("password", OTHER_PASSWORD)]).await;
        execute(&app, &gone).await;
        assert_eq!(
            app.count("signet_users WHERE email_verified_at IS NULL AND deleted_at IS NULL").await,
            1,
            "{strategy:?}"
        );
    }
}

#[tokio::test]
async fn the_strategy_is_that_of_the_moment_of_execution() {
    let (app, _) = closed(Strategy::Anonymize).await;
    let other = app.again(|settings| settings.deletion.strategy = Strategy::HardDelete);
    app.advance_clock(GRACE);
    assert_eq!(other.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(app.count("signet_users").await, 0);
}

#[tokio::test]
async fn by_each_strategy_it_is_executed_once() {
    for strategy in ALL {
        let (app, user) = closed(strategy).await;
        execute(&app, &user).await;
        let again = app.changes_nothing(app.lifecycle.execute_deletion()).await.unwrap();
        assert_eq!(again, Execution::NotDue, "{strategy:?}");
        assert_eq!(app.count("signet_events WHERE event = 'account.deletion_executed'").await, 1, "{strategy:?}");
        assert_eq!(app.lifecycle.sweep().await.unwrap().deletions_left, 0, "{strategy:?}");
    }
}
