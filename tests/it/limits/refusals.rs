//! Refusals in the security log: a stranger fills neither an account's log nor the database.

use signet::testing::{PASSWORD, TestApp};

use super::{ADA, elsewhere};

#[tokio::test]
async fn a_thousand_refused_requests_leave_twenty_one_entries() {
    let app = TestApp::new().await;
    app.settle().await;
    let browser = elsewhere(&app, 1);
    for _ in 0..1_000 {
        browser.call("request_password_reset", &[("email", "no address")]).await;
    }
    assert_eq!(app.count("signet_events").await, 21);
    assert_eq!(app.count("signet_events WHERE failure = 'more_followed'").await, 1);
    elsewhere(&app, 2).call("request_password_reset", &[("email", "no address")]).await;
    assert_eq!(app.count("signet_events").await, 22, "another network has a count of its own");
}

#[tokio::test]
async fn an_account_counts_its_own_refusals_and_its_owner_reads_that_more_followed() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.settle().await;
    for _ in 0..30 {
        browser.call("update_profile", &[("name", "\u{202e}")]).await;
    }
    assert_eq!(app.count("signet_events WHERE failure = 'invalid_name'").await, 20);
    let page = browser.get("/users/settings/security-log").await;
    assert!(page.body.contains("repeated attempts within the hour"), "{}", page.body);
    browser.sudo(PASSWORD).await;
}

#[tokio::test]
async fn many_who_ask_for_links_of_an_account_do_not_fill_its_log() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.settle().await;
    for number in 0..60 {
        elsewhere(&app, number).call("request_password_reset", &[("email", ADA)]).await;
    }
    assert_eq!(app.count("signet_events WHERE failure IS NOT NULL").await, 21);
}
