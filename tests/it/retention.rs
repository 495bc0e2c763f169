//! What the sweep removes although nobody asked for it, and what it keeps (checklist V14.2.4).

use signet::{
    domain::{
        mail_token::Purpose,
        time::{Span, Timestamp},
    },
    server::lifecycle::outbox::SendOutcome,
    testing::{
        PASSWORD, START, TestApp, invariants,
        people::{link, signed_in, source},
    },
};

const ADA: &str = "ada.marker@example.com";
const EVE: &str = "eve@example.com";

/// Sweeps at `span` after the start of the test, `late` seconds later.
async fn swept(app: &TestApp, span: Span, late: i64) {
    app.clock.set(Timestamp(START.plus(span).0 + late));
    app.lifecycle.sweep().await.unwrap();
    invariants::hold(&app.db, app.now()).await;
}

async fn signed_up(app: &TestApp, email: &str) {
    app.lifecycle.sign_up(&source(), email, PASSWORD.to_owned().into()).await.unwrap();
}

/// How many rows of any table contain a text.
async fn mentions(app: &TestApp, text: &str) -> usize {
    app.dump().await.iter().filter(|line| line.contains(text)).count()
}

#[tokio::test]
async fn an_account_that_is_never_confirmed_goes_after_seven_days_with_its_events() {
    for (late, is_left) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        signed_up(&app, ADA).await;
        link(&app.lifecycle, ADA, Purpose::VerifyEmail).await;
        signed_in(&app.lifecycle, ADA).await;
        let user = app.user(ADA).await;
        let kept = app.authenticated_browser(EVE).await;
        assert!(app.count("signet_events").await > 3);
        swept(&app, Span::days(7), late).await;
        assert_eq!(mentions(&app, user.as_str()).await > 0, is_left, "{late}");
        assert_eq!(mentions(&app, ADA).await > 0, is_left, "{late}");
        assert!(mentions(&app, app.user(EVE).await.as_str()).await > 2);
        drop(kept);
    }
}

#[tokio::test]
async fn a_confirm_link_that_works_keeps_the_account() {
    for (late, is_left) in [(0, true), (1, false)] {
        let app = TestApp::new().await;
        signed_up(&app, ADA).await;
        app.clock.set(START.plus(Span::days(6)).plus(Span::hours(12)));
        let viewer = signed_in(&app.lifecycle, ADA).await;
        app.lifecycle.resend_confirmation(&source(), &viewer).await.unwrap();
        let token = link(&app.lifecycle, ADA, Purpose::VerifyEmail).await;
        swept(&app, Span::hours(7 * 24 + 12), late).await;
        assert_eq!(app.count("signet_users").await, i64::from(is_left), "{late}");
        let verified = app.lifecycle.verify_email(&source(), None, &token, None).await;
        assert_eq!(verified.is_ok(), is_left, "{late}");
    }
}

/// A closed account goes on the day that was promised, not earlier.
#[tokio::test]
async fn a_closed_account_that_was_never_confirmed_keeps_its_date() {
    let app = TestApp::new().await;
    let (browser, _) = app.unverified(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    swept(&app, Span::days(13), 0).await;
    assert_eq!(app.count("signet_users WHERE deletion_scheduled_at IS NOT NULL").await, 1);
}

#[tokio::test]
async fn a_letter_that_was_given_up_goes_after_thirty_days() {
    for (late, left) in [(-1, 1), (0, 1), (1, 0)] {
        let app = TestApp::new().await;
        app.authenticated_browser(ADA).await;
        signed_up(&app, ADA).await;
        let given_up = format!("UPDATE signet_letters SET failed_at = {}", START.0);
        assert_eq!(app.db.run(&given_up).await.unwrap(), 1);
        swept(&app, Span::days(30), late).await;
        assert_eq!(app.count("signet_letters").await, left, "{late}");
        assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Nothing);
    }
}

#[tokio::test]
async fn a_refusal_that_belongs_to_no_account_goes_after_thirty_days_and_no_other_event() {
    for (late, left) in [(-1, 1), (0, 1), (1, 0)] {
        let app = TestApp::new().await;
        let ada = app.authenticated_browser(ADA).await;
        ada.call("change_password", &[("current", "x"), ("password", "y")]).await;
        app.browser().call("sign_in", &[("email", "nobody@example.com"), ("password", PASSWORD)]).await;
        let nobodys = "signet_events WHERE user_id IS NULL";
        assert_eq!(app.count(nobodys).await, 1);
        let adas = app.count("signet_events WHERE user_id IS NOT NULL").await;
        swept(&app, Span::days(30), late).await;
        assert_eq!(app.count(nobodys).await, left, "{late}");
        assert_eq!(app.count("signet_events WHERE user_id IS NOT NULL").await, adas, "{late}");
    }
}

/// A sweep removes a thousand rows in one transaction, and more in several.
#[tokio::test]
async fn what_is_over_goes_however_much_it_is() {
    let app = TestApp::new().await;
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
         INSERT INTO signet_provider_attempts (id, provider, ask, return_to, started_at, expires_at) \
         SELECT 'attempt ' || i, 'acme', 'sign_in', '/', 1, 2 FROM n";
    assert_eq!(app.db.run(many).await.unwrap(), 2500);
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.count("signet_provider_attempts").await, 0);
}
