//! `sign_out`: this session ends.

use signet::{
    server::{context::Notice, http::access::PAGES},
    testing::{PASSWORD, TestApp},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn this_session_ends_for_good_and_the_others_stay() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    let copy = browser.stolen_session();
    let page = browser.post("sign_out", &[]).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    assert_eq!(browser.notice(), Some(Notice::SignedOut));
    assert_eq!(page.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert_eq!(browser.session(), None);
    assert!(!copy.is_signed_in().await, "the cookie is dead on the server too");
    assert!(other.is_signed_in().await);
    assert_eq!(app.sessions(ADA).await, 1);
    assert_eq!(app.news().await, ["session.sign_out by person of ada@example.com"]);
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_end_and_nothing_to_record() {
    let app = TestApp::new().await;
    let browser = app.browser();
    assert_eq!(app.changes_nothing(browser.post("sign_out", &[])).await.sent_to(), "/users/log-in");
    assert_eq!(browser.call("sign_out", &[]).await.status, 200);
    assert!(app.news().await.is_empty());
}

#[tokio::test]
async fn a_dead_cookie_is_taken_away() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let copy = browser.stolen_session();
    browser.post("sign_out", &[]).await;
    app.news().await;
    copy.post("sign_out", &[]).await;
    assert_eq!(copy.session(), None);
    assert!(app.news().await.is_empty());
}

#[tokio::test]
async fn unverified_and_closed_accounts_can_sign_out_too() {
    let app = TestApp::new().await;
    let (waiting, _) = app.unverified("new@example.com").await;
    let closed = app.scheduled_browser(ADA).await;
    for browser in [waiting, closed] {
        browser.post("sign_out", &[]).await;
        assert_eq!(browser.session(), None);
    }
    assert_eq!(app.count("signet_sessions").await, 0);
}

/// ASVS V7.4.4: every page that a signed-in person sees has the form, and it is a POST.
#[tokio::test]
async fn every_page_of_a_signed_in_person_has_the_form() {
    let app = TestApp::new().await;
    let (waiting, _) = app.unverified("new@example.com").await;
    let browsers = [app.authenticated_browser(ADA).await, waiting, app.scheduled_browser("bob@example.com").await];
    for (browser, least) in browsers.iter().zip([20, 10, 1]) {
        let mut seen = 0;
        let paths = PAGES.iter().map(|(path, _)| path.replace("{token}", "x").replace("{provider}", "nothing"));
        for path in paths.chain(["/nowhere".to_owned()]) {
            let page = browser.get(&path).await;
            if page.location().is_some() {
                continue;
            }
            seen += 1;
            let form = page.body.split("<form").find(|form| form.contains("action=\"/api/sign_out\""));
            let form = form.unwrap_or_else(|| panic!("{path}: {}", page.body));
            assert!(form.to_lowercase().contains("method=\"post\"") && form.contains("Sign out"), "{path}: {form}");
        }
        assert!(seen >= least, "{seen} pages only");
    }
}
