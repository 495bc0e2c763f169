//! People whose provider names no address that counts: they enter one, and confirm it by a mailed link.

use serde_json::{Value, json};
use signet::{
    domain::{error::Refusal, outbox::Kind, time::Span, user::AccountStatus},
    server::{context::Notice, http::cookie::Name},
    testing::{
        Browser, PASSWORD, TestApp, invariants,
        provider::{Callback, TestProvider},
    },
};

use crate::panics::Panics;

const ADA: &str = "ada@example.com";
const PAGE: &str = "/users/register/email";

/// The application, and a provider that names no address.
async fn world() -> (TestApp, TestProvider) {
    let home = TestApp::new().await;
    let provider = TestProvider::start(&home.clock).await;
    provider.claim("email", Value::Null);
    provider.claim("email_verified", Value::Null);
    let settings = provider.settings("acme");
    let app = home.again(|all| {
        all.providers.push(settings);
        all.limits.enabled = false;
    });
    (app, provider)
}

/// Signs in at the provider, and comes back; where that leads.
async fn comes_back(browser: &Browser<'_>, provider: &TestProvider) -> String {
    let page = browser.post("continue_with_provider", &[("provider", "acme"), ("ask", "sign_in")]).await;
    let page = browser.follow(page).await;
    let callback: Callback = provider.approve(&page.goes_on_to());
    browser.get(&callback.path("acme")).await.sent_to()
}

/// The path of the confirm link in the newest letter.
async fn link(app: &TestApp) -> String {
    let mail = app.deliver().await;
    let text = &mail.the(Kind::ConfirmAddress).letter.text;
    let (_, rest) = text.split_once("/users/confirm/").unwrap_or_else(|| panic!("{text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn the_person_enters_an_address_opens_the_link_and_is_in() {
    let (app, provider) = world().await;
    let browser = app.browser();
    assert_eq!(comes_back(&browser, &provider).await, PAGE);
    assert_eq!(app.count("signet_users").await, 0);
    let page = browser.get(PAGE).await;
    assert!(page.body.contains("name=\"email\""), "{}", page.body);
    assert!(page.body.contains("give us an email we can rely on"), "{}", page.body);
    assert!(!page.body.contains("notice-refused"), "nothing is wrong yet: {}", page.body);
    let page = browser.post("sign_up_with_provider", &[("email", ADA)]).await;
    assert_eq!(page.sent_to(), PAGE);
    assert_eq!(browser.notice(), Some(Notice::CheckInbox { email: ADA.to_owned() }));
    assert!(browser.follow(page).await.body.contains("Check your inbox"));
    assert!(!browser.is_signed_in().await);
    let waiting = "SELECT email, email_verified_at, password_hash FROM signet_users";
    assert_eq!(app.rows(waiting).await, [format!("{ADA}|NULL|NULL")]);

    let token = link(&app).await;
    let page = browser.post("verify_email", &[("token", &token)]).await;
    assert_eq!(page.sent_to(), "/dashboard");
    assert_eq!(browser.viewer().await.user.status(), AccountStatus::Active);
    assert_eq!(browser.cookie(Name::WaitingLogin), None);
    invariants::hold(&app.db, app.now()).await;
    // From now on the login signs in, although the provider still names no address.
    let phone = app.browser();
    assert_eq!(comes_back(&phone, &provider).await, "/dashboard");
    assert_eq!(phone.viewer().await.user.email.as_str(), ADA);
    assert_eq!(app.count("signet_users").await, 1);
}

/// Checklist A01, A05: a stranger enters the victim's address, and the victim opens the link that comes.
#[tokio::test]
async fn the_link_opened_in_another_browser_gives_the_login_nothing() {
    let (app, provider) = world().await;
    let (thief, victim) = (app.browser(), app.browser());
    comes_back(&thief, &provider).await;
    thief.post("sign_up_with_provider", &[("email", ADA)]).await;
    let token = link(&app).await;
    let page = victim.get(&format!("/users/confirm/{token}")).await;
    assert!(page.body.contains("do nothing."), "{}", page.body);
    assert!(!page.body.contains("Confirm address"), "{}", page.body);
    for password in ["", PASSWORD] {
        let page = victim.call("verify_email", &[("token", &token), ("password", password)]).await;
        assert_eq!(page.refusal(), Some(Refusal::WrongPassword), "{password}");
    }
    assert_eq!(app.rows("SELECT email_verified_at FROM signet_users").await, ["NULL"]);
    // The thief's login leads to the waiting account only, and the owner's sign-up replaces it.
    assert_eq!(comes_back(&thief, &provider).await, "/users/settings");
    assert_eq!(thief.viewer().await.user.status(), AccountStatus::Unverified);
    victim.post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    let token = link(&app).await;
    victim.post("verify_email", &[("token", &token)]).await;
    assert_eq!(victim.viewer().await.user.email.as_str(), ADA);
    assert!(!thief.is_signed_in().await);
    assert_eq!(app.count("signet_identities").await, 0);
    invariants::hold(&app.db, app.now()).await;
}

/// On another device the person signs in with the provider first.
#[tokio::test]
async fn the_link_works_on_the_phone_once_the_person_is_signed_in_there() {
    let (app, provider) = world().await;
    let (desk, phone) = (app.browser(), app.browser());
    comes_back(&desk, &provider).await;
    desk.post("sign_up_with_provider", &[("email", ADA)]).await;
    let token = link(&app).await;
    let link = format!("/users/confirm/{token}");
    assert!(phone.get(&link).await.body.contains("and then open the link again"));
    assert_eq!(comes_back(&phone, &provider).await, "/users/settings");
    assert!(phone.get(&link).await.body.contains("Confirm address"));
    let page = phone.post("verify_email", &[("token", &token)]).await;
    assert_eq!(page.sent_to(), "/dashboard");
    assert_eq!(phone.viewer().await.user.status(), AccountStatus::Active);
}

#[tokio::test]
async fn free_and_taken_addresses_get_the_same_answer_at_the_same_cost() {
    let (app, provider) = world().await;
    let owner = app.authenticated_browser("owner@example.com").await;
    app.settle().await;
    let mut shapes = Vec::new();
    for (email, letter) in [("free@example.com", "confirm_address"), ("owner@example.com", "already_registered")] {
        provider.claim("sub", json!(email));
        let browser = app.browser();
        comes_back(&browser, &provider).await;
        let statements = Panics::at("statement", 0..0);
        let (hashes, page) = app.hashes_in(browser.call("sign_up_with_provider", &[("email", email)])).await;
        assert_eq!(hashes, 0);
        shapes.push((page.shape(email), statements.reached()));
        assert_eq!(app.deliver().await.words(), [format!("{letter} to {email}")]);
    }
    assert_eq!(shapes[0], shapes[1]);
    assert!(owner.is_signed_in().await);
    assert_eq!(app.rows("SELECT provider || ' ' || subject FROM signet_identities").await, ["acme free@example.com"]);
}

#[tokio::test]
async fn another_address_entered_later_replaces_the_first() {
    let (app, provider) = world().await;
    let browser = app.browser();
    comes_back(&browser, &provider).await;
    browser.post("sign_up_with_provider", &[("email", "typo@example.com")]).await;
    let dead = link(&app).await;
    browser.post("sign_up_with_provider", &[("email", ADA)]).await;
    let token = link(&app).await;
    assert_eq!(browser.call("verify_email", &[("token", &dead)]).await.refusal(), Some(Refusal::DeadLink));
    browser.post("verify_email", &[("token", &token)]).await;
    assert_eq!(browser.viewer().await.user.email.as_str(), ADA);
    assert_eq!(app.count("signet_users WHERE email IS NOT NULL").await, 1);
    invariants::hold(&app.db, app.now()).await;
}

#[tokio::test]
async fn without_a_login_that_waits_nothing_is_made() {
    let (app, provider) = world().await;
    let browser = app.browser();
    assert!(browser.get(PAGE).await.body.contains("Start again"));
    let form = [("email", ADA)];
    let refused = app.changes_nothing(browser.call("sign_up_with_provider", &form)).await;
    assert_eq!(refused.refusal(), Some(Refusal::AttemptOver));
    // It waits for ten minutes, and in its own browser.
    comes_back(&browser, &provider).await;
    let cookie = browser.cookie(Name::WaitingLogin).unwrap();
    assert!(!cookie.contains("ada-1"), "it is sealed");
    let line = browser.call("sign_up_with_provider", &[("email", "no address")]).await;
    assert_eq!(line.refusal(), Some(Refusal::InvalidEmail));
    app.advance_clock(Span::seconds(601));
    assert_eq!(browser.call("sign_up_with_provider", &form).await.refusal(), Some(Refusal::AttemptOver));
    browser.set_cookie(Name::WaitingLogin, &format!("{cookie}x"));
    assert_eq!(browser.call("sign_up_with_provider", &form).await.refusal(), Some(Refusal::AttemptOver));
    assert_eq!(app.count("signet_users").await, 0);
    assert!(app.deliver().await.words().is_empty());
}

/// The cookie of a login that has an account by now leads nowhere.
#[tokio::test]
async fn a_login_gets_one_account() {
    let (app, provider) = world().await;
    let browser = app.browser();
    comes_back(&browser, &provider).await;
    let cookie = browser.cookie(Name::WaitingLogin).unwrap();
    browser.post("sign_up_with_provider", &[("email", ADA)]).await;
    let token = link(&app).await;
    browser.post("verify_email", &[("token", &token)]).await;
    let other = app.browser();
    other.set_cookie(Name::WaitingLogin, &cookie);
    let page = other.call("sign_up_with_provider", &[("email", "other@example.com")]).await;
    assert_eq!(page.refusal(), Some(Refusal::AttemptOver));
    assert_eq!(app.count("signet_users").await, 1);
}
