//! The way to a provider and back, as browsers see it: forms, cookies, pages and redirects. The actions on the way
//! have their own files.

use axum::{body::Body, http::Method};
use signet::{
    domain::{error::Refusal, time::Span},
    server::context::Notice,
    testing::{
        Browser, OTHER_PASSWORD, PASSWORD, Page, TestApp,
        provider::{CLIENT_SECRET, Callback, Manner, TestProvider},
    },
};
use url::Url;

const ADA: &str = "ada@example.com";
const ACME: &str = "/users/auth/acme";
const CALLBACK: &str = "/users/auth/acme/callback";
const PROVIDERS: &str = "/users/settings/providers";

/// The application, and the only provider that it knows.
async fn world() -> (TestApp, TestProvider) {
    let home = TestApp::new().await;
    let provider = TestProvider::start(&home.clock).await;
    let settings = provider.settings("acme");
    (home.again(|all| all.providers.push(settings)), provider)
}

/// Presses the button of `ask`; returns the address to which the next page leads.
async fn set_out(browser: &Browser<'_>, ask: &str, return_to: &str) -> Url {
    let form = [("provider", "acme"), ("ask", ask), ("return_to", return_to)];
    let to = browser.post("continue_with_provider", &form).await.sent_to();
    assert!(to.starts_with("/users/auth/acme?attempt="), "{ask}: {to}");
    leads_to(&browser.get(&to).await)
}

/// The address to which the page goes on, by itself and by its link.
fn leads_to(page: &Page) -> Url {
    let url = page.goes_on_to();
    let escaped = url.as_str().replace('&', "&amp;");
    assert!(page.body.contains(&format!("href=\"{escaped}\"")), "{}", page.body);
    url
}

/// Follows the provider's redirect.
async fn come_back(browser: &Browser<'_>, callback: &Callback) -> Page {
    browser.get(&callback.path("acme")).await
}

async fn go_and_come_back(app: (&TestProvider, &Browser<'_>), ask: &str, return_to: &str) -> Page {
    let callback = app.0.approve(&set_out(app.1, ask, return_to).await);
    come_back(app.1, &callback).await
}

/// The refusal that waits for the next page.
fn refusal(browser: &Browser<'_>) -> Option<Refusal> {
    browser.draft().and_then(|(_, refusal)| refusal)
}

#[tokio::test]
async fn the_buttons_are_where_people_sign_in_and_only_there_are_providers() {
    let (app, _provider) = world().await;
    let without = TestApp::new().await;
    for path in ["/users/log-in?return_to=/users/settings/email", "/users/register"] {
        let page = app.browser().get(path).await;
        assert!(page.body.contains("Continue with Acme"), "{}", page.body);
        assert!(page.body.contains("action=\"/api/continue_with_provider\""), "{path}");
        assert!(page.body.contains("name=\"provider\" value=\"acme\""), "{path}");
        assert!(page.body.contains("name=\"ask\" value=\"sign_in\""), "{path}");
        assert!(!without.browser().get(path).await.body.contains("Continue with"), "{path}");
    }
    let ada = app.authenticated_browser(ADA).await;
    assert!(ada.get("/users/settings").await.body.contains(PROVIDERS));
    assert!(ada.get(PROVIDERS).await.body.contains("Link Acme"));
    let eve = without.authenticated_browser(ADA).await;
    assert!(!eve.get("/users/settings").await.body.contains(PROVIDERS));
    assert!(eve.get(PROVIDERS).await.body.contains("No providers"));
}

#[tokio::test]
async fn the_secret_of_the_way_is_in_one_cookie_for_ten_minutes_and_nowhere_else() {
    let (app, _provider) = world().await;
    let browser = app.browser();
    let page = browser.post("continue_with_provider", &[("provider", "acme"), ("ask", "sign_in")]).await;
    let lines = page.set_cookies();
    let line = lines.iter().find(|line| line.contains("signet_attempt")).unwrap();
    assert!(line.starts_with("__Host-signet_attempt_"), "{line}");
    assert!(line.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"), "{line}");
    let [(_, cookie)] = &browser.attempts()[..] else { panic!("one") };
    let secret = cookie.split('.').next().unwrap().to_owned();
    assert!(!page.sent_to().contains(&secret));
    let page = browser.get(ACME).await;
    assert!(!page.body.contains(&secret) && !page.body.contains(CLIENT_SECRET));
    assert!(!app.dump().await.iter().any(|row| row.contains(&secret)));
    let url = leads_to(&page);
    assert!(url.query_pairs().any(|(name, value)| name == "code_challenge_method" && value == "S256"), "{url}");
    assert!(!url.as_str().contains(&secret));
}

#[tokio::test]
async fn looking_begins_and_ends_nothing() {
    let (app, provider) = world().await;
    let browser = app.browser();
    let before = app.dump().await;
    for path in ["/users/log-in", "/users/register", ACME] {
        browser.get(path).await;
    }
    assert_eq!(before, app.dump().await);
    assert_eq!(browser.get(ACME).await.status, 410, "there is no such way");
    assert_eq!(provider.visits("/.well-known/openid-configuration"), 0);

    let first = set_out(&browser, "sign_in", "").await;
    let before = app.dump().await;
    let again = leads_to(&browser.get(ACME).await);
    assert_eq!(first, again, "the page may be loaded again");
    browser.head(ACME).await;
    let callback = provider.approve(&first);
    let head = browser.head(&callback.path("acme")).await;
    assert_eq!(head.status, 405, "a HEAD is not the provider's answer");
    assert_eq!(before, app.dump().await);
    assert!(come_back(&browser, &callback).await.sent_to().starts_with("/dashboard"));
}

#[tokio::test]
async fn the_way_leads_in_once_and_keeps_where_to() {
    let (app, provider) = world().await;
    let browser = app.browser();
    let callback = provider.approve(&set_out(&browser, "sign_in", "/users/settings/email").await);
    let page = come_back(&browser, &callback).await;
    assert_eq!(page.sent_to(), "/users/settings/email");
    assert!(page.body.is_empty());
    assert_eq!(browser.attempts(), []);
    assert!(browser.is_signed_in().await);
    // The same answer works only once.
    let token = browser.session();
    assert_eq!(come_back(&browser, &callback).await.sent_to(), "/users/settings");
    assert_eq!(refusal(&browser), Some(Refusal::AttemptOver));
    assert_eq!((browser.session(), app.count("signet_sessions").await), (token, 1));
    assert_eq!(provider.token_requests().len(), 1);
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let page = go_and_come_back((&provider, &app.browser()), "sign_in", elsewhere).await;
        assert_eq!(page.sent_to(), "/dashboard", "{elsewhere}");
    }
}

#[tokio::test]
async fn an_answer_is_good_in_the_browser_that_set_out_only() {
    let (app, provider) = world().await;
    let (eve, ada) = (app.browser(), app.browser());
    let of_eve = provider.approve(&set_out(&eve, "sign_in", "").await);
    // With the cookie of another attempt, and without any (login CSRF, checklist A30).
    set_out(&ada, "sign_in", "").await;
    for victim in [ada, app.browser()] {
        let page = come_back(&victim, &of_eve).await;
        assert!(page.sent_to().starts_with("/users/log-in"), "{:?}", page.location());
        assert_eq!(refusal(&victim), Some(Refusal::AttemptOver));
        assert!(!victim.is_signed_in().await);
    }
    assert_eq!(app.count("signet_users").await, 0);
    assert!(provider.token_requests().is_empty(), "no code was tried");
}

#[tokio::test]
async fn nothing_that_the_address_says_is_shown() {
    let (app, _provider) = world().await;
    for query in [
        "error=%3Cscript%3E555-EVIL&error_description=555-EVIL&error_uri=https://evil.example",
        "code=555-EVIL&state=555-EVIL",
        "state=a&state=555-EVIL&code=b",
        "return_to=https://evil.example&error=access_denied",
        "",
    ] {
        let browser = app.browser();
        set_out(&browser, "sign_in", "").await;
        let page = browser.get(&format!("{CALLBACK}?{query}")).await;
        assert_eq!(page.sent_to(), "/users/log-in", "{query}");
        let page = browser.follow(page).await;
        assert!(!page.body.to_lowercase().contains("evil"), "{query}: {}", page.body);
        assert!(page.body.contains("notice-refused"), "{query}: {}", page.body);
    }
    let odd = app.browser().get("/users/auth/%3Cscript%3E555-EVIL").await;
    assert_eq!((odd.status.as_u16(), odd.body.contains("EVIL")), (410, false), "{}", odd.body);
}

#[tokio::test]
async fn a_no_at_the_provider_is_said_where_the_button_stands() {
    let (app, provider) = world().await;
    let browser = app.browser();
    let callback = provider.approve(&set_out(&browser, "sign_in", "/users/settings/email").await);
    let (state, iss) = (&callback.state, provider.issuer());
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("error", "access_denied"), ("state", state), ("iss", iss)])
        .finish();
    let page = browser.get(&format!("{CALLBACK}?{query}")).await;
    assert_eq!(page.sent_to(), "/users/log-in?return_to=/users/settings/email");
    assert_eq!(refusal(&browser), Some(Refusal::ProviderDenied));
    let page = browser.follow(page).await;
    assert!(page.body.contains("you cancelled there"), "{}", page.body);
}

#[tokio::test]
async fn both_pages_of_the_way_tell_nobody_of_it_and_are_not_kept() {
    let (app, provider) = world().await;
    let browser = app.browser();
    let callback = provider.approve(&set_out(&browser, "sign_in", "").await);
    for page in [browser.get(ACME).await, come_back(&browser, &callback).await] {
        assert_eq!(page.headers["referrer-policy"], "strict-origin");
        assert_eq!(page.headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_said_to_and_there_is_a_way_back() {
    let (app, provider) = world().await;
    provider.set(|script| script.discovery = Manner::Status(503));
    let browser = app.browser();
    let form = [("provider", "acme"), ("ask", "sign_in"), ("return_to", "/users/settings/email")];
    let page = browser.post("continue_with_provider", &form).await;
    let here = page.sent_to();
    let page = browser.get(&here).await;
    assert_eq!(page.status, 503);
    assert!(page.body.contains(&format!("href=\"{here}\"")), "{}", page.body);
    assert!(page.body.contains("t answering right now"), "{}", page.body);
    assert!(page.body.contains("href=\"/users/log-in?return_to=/users/settings/email\""), "{}", page.body);
    assert!(!page.headers.contains_key("refresh"), "{:?}", page.headers);
    provider.set(|script| script.discovery = Manner::Well);
    app.advance_clock(Span::seconds(6));
    leads_to(&browser.get(ACME).await);
}

#[tokio::test]
async fn an_address_that_has_an_account_leads_to_its_password_and_on_to_linking() {
    let (app, provider) = world().await;
    app.authenticated_browser(ADA).await;
    let browser = app.browser();
    let page = go_and_come_back((&provider, &browser), "sign_in", "").await;
    assert_eq!(page.sent_to(), format!("/users/log-in?return_to={PROVIDERS}"));
    assert_eq!(refusal(&browser), Some(Refusal::LinkFirst));
    assert!(!browser.is_signed_in().await);
    let page = browser.follow(page).await;
    assert!(page.body.contains("An account with this email already exists"), "{}", page.body);
    assert!(page.body.contains(&format!("name=\"return_to\" value=\"{PROVIDERS}\"")), "{}", page.body);
}

#[tokio::test]
async fn linking_and_unlinking_are_asked_for_in_sudo_mode_and_said() {
    let (app, provider) = world().await;
    let ada = app.authenticated_browser(ADA).await;
    let link = [("provider", "acme"), ("ask", "link")];
    let page = ada.post("continue_with_provider", &link).await;
    assert_eq!(page.sent_to(), format!("/users/sudo?return_to={PROVIDERS}"));
    assert_eq!(ada.call("continue_with_provider", &link).await.refusal(), Some(Refusal::SudoRequired));
    ada.sudo(PASSWORD).await;
    let page = go_and_come_back((&provider, &ada), "link", "").await;
    assert_eq!(page.sent_to(), PROVIDERS);
    assert_eq!(ada.notice(), Some(Notice::ProviderLinked { name: "Acme".to_owned() }));
    let page = ada.follow(page).await;
    assert!(page.body.contains("Unlink Acme") && page.body.contains("Linked on"), "{}", page.body);
    let unlink = [("provider", "acme")];
    assert_eq!(ada.call("unlink_provider", &unlink).await.refusal(), Some(Refusal::SudoRequired));
    ada.sudo(PASSWORD).await;
    let page = ada.post("unlink_provider", &unlink).await;
    assert_eq!(page.sent_to(), PROVIDERS);
    assert_eq!(ada.notice(), Some(Notice::ProviderUnlinked { name: "Acme".to_owned() }));
    assert!(ada.follow(page).await.body.contains("Link Acme"));
}

#[tokio::test]
async fn without_a_password_the_pages_offer_the_provider_and_the_draft_survives() {
    let (app, provider) = world().await;
    let ada = app.browser();
    go_and_come_back((&provider, &ada), "sign_in", "").await;
    for path in
        ["/users/settings/email", "/users/settings/password", "/users/settings/delete", PROVIDERS, "/users/sudo"]
    {
        let page = ada.get(path).await;
        assert!(page.body.contains("Continue with Acme"), "{path}: {}", page.body);
        assert!(page.body.contains("name=\"ask\" value=\"sudo\""), "{path}");
        assert!(!page.body.contains("autocomplete=\"current-password\""), "{path}: there is none");
    }
    assert!(ada.get("/users/settings/password").await.body.contains("Set password"));

    let form = [("new_email", "new@example.com")];
    for by_script in [true, false] {
        let page = if by_script {
            let page = ada.call("request_email_change", &form).await;
            assert_eq!(page.refusal(), Some(Refusal::SudoRequired));
            page
        } else {
            ada.post("request_email_change", &form).await
        };
        assert_eq!(page.location().is_some(), !by_script);
        assert_eq!(ada.draft(), Some(("new@example.com".to_owned(), None)), "by script: {by_script}");
        let page = go_and_come_back((&provider, &ada), "sudo", "/users/settings/email").await;
        assert_eq!(page.sent_to(), "/users/settings/email");
        assert_eq!(ada.notice(), Some(Notice::SudoConfirmed));
        let page = ada.follow(page).await;
        assert!(page.body.contains("value=\"new@example.com\""), "{}", page.body);
        assert_eq!(ada.draft(), None, "filled in once");
        assert!(ada.has_sudo().await);
        app.advance_clock(Span::minutes(16));
    }
}

#[tokio::test]
async fn a_draft_goes_when_its_form_is_sent_again() {
    let (app, _provider) = world().await;
    let ada = app.authenticated_browser(ADA).await;
    let refused = ada.call("request_email_change", &[("new_email", "new@example.com")]).await;
    assert_eq!(refused.refusal(), Some(Refusal::SudoRequired));
    assert!(ada.draft().is_some());
    ada.sudo(PASSWORD).await;
    assert!(ada.draft().is_some(), "it waits for the button to be pressed again");
    let done = ada.call("request_email_change", &[("new_email", "other@example.com")]).await;
    assert!(done.status.is_success(), "{}", done.body);
    assert_eq!(ada.draft(), None);
    // A form without a field that may be kept leaves no draft.
    ada.call("set_password", &[("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(ada.draft(), None);
}

#[tokio::test]
async fn no_other_site_can_send_people_away() {
    let (app, _provider) = world().await;
    let browser = app.browser();
    let before = app.dump().await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
        let request = browser
            .request(Method::POST, "/api/continue_with_provider", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value);
        let page = browser.send(request.body(Body::from("provider=acme&ask=sign_in")).unwrap()).await;
        assert_eq!(page.status, 403, "{name}: {value}");
        assert_eq!(browser.attempts(), []);
    }
    assert_eq!(before, app.dump().await);
}

#[tokio::test]
async fn a_provider_that_the_settings_do_not_name_is_not_found() {
    let app = TestApp::new().await;
    let form = [("provider", "nobody"), ("ask", "sign_in"), ("return_to", "/dashboard")];
    let page = app.browser().call("continue_with_provider", &form).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (404, Some(Refusal::NotFound)));
}
