//! A provider that sends browsers back by a form, as Apple does.

use axum::{body::Body, http::Method};
use signet::{
    domain::providers::ResponseMode,
    testing::{
        Browser, Page, TestApp,
        provider::{Callback, TestProvider},
    },
};
use url::form_urlencoded::Serializer;

const CALLBACK: &str = "/users/auth/acme/callback";

async fn world() -> (TestApp, TestProvider) {
    let home = TestApp::new().await;
    let provider = TestProvider::start(&home.clock).await;
    let settings =
        signet::server::config::Provider { response_mode: ResponseMode::FormPost, ..provider.settings("acme") };
    (home.again(|all| all.providers.push(settings)), provider)
}

async fn approved(browser: &Browser<'_>, provider: &TestProvider) -> Callback {
    let page = browser.post("continue_with_provider", &[("provider", "acme"), ("ask", "sign_in")]).await;
    let page = browser.follow(page).await;
    let url = page.goes_on_to();
    assert!(url.query_pairs().any(|(name, value)| name == "response_mode" && value == "form_post"), "{url}");
    provider.approve(&url)
}

/// What a browser sends when the provider's page has it post a form: no cookie of ours, and the provider's origin.
async fn posted(app: &TestApp, fields: &[(&str, &str)]) -> Page {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let stranger = app.browser();
    let request = stranger
        .request(Method::POST, CALLBACK, "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://id.example")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate");
    stranger.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_posted_answer_goes_round_by_a_redirect_and_signs_in() {
    let (app, provider) = world().await;
    let browser = app.browser();
    let Callback { code, state, iss } = approved(&browser, &provider).await;
    let before = app.dump().await;
    let name = r#"{"name":{"firstName":"Ada"},"email":"eve@example.com"}"#;
    let page = posted(&app, &[("state", &state), ("code", &code), ("iss", &iss), ("user", name)]).await;
    assert_eq!(page.status, 303);
    assert_eq!(page.set_cookies(), [""; 0], "the browser has its own already, and did not send them");
    assert_eq!(
        (&page.headers["cache-control"], &page.headers["referrer-policy"]),
        (&"no-store".parse().unwrap(), &"strict-origin".parse().unwrap())
    );
    assert_eq!(before, app.dump().await, "nothing happens yet");
    let to = page.sent_to();
    assert!(to.starts_with(&format!("{CALLBACK}?")) && !to.contains("Ada"), "{to}");
    assert_eq!(browser.get(&to).await.sent_to(), "/dashboard");
    assert_eq!(browser.viewer().await.user.email.as_str(), "ada@example.com");
}

#[tokio::test]
async fn a_posted_answer_of_another_site_does_no_more_than_its_link_would() {
    let (app, provider) = world().await;
    let (eve, victim) = (app.browser(), app.browser());
    let Callback { code, state, iss } = approved(&eve, &provider).await;
    approved(&victim, &provider).await;
    for fields in [
        &[("state", &*state), ("code", &*code), ("iss", &*iss)][..],
        &[("state", &*state), ("state", &*state), ("code", &*code)],
        &[("error", "access_denied")],
        &[("return_to", "https://evil.example"), ("state", "//evil.example")],
        &[],
    ] {
        let to = posted(&app, fields).await.sent_to();
        assert!(to.starts_with(&format!("{CALLBACK}?")), "{to}");
        assert_eq!(victim.get(&to).await.sent_to(), "/users/log-in", "{to}");
        assert!(!victim.is_signed_in().await);
        assert_eq!(victim.attempts().len(), 1);
    }
    let long = "x".repeat(5_000);
    assert_eq!(posted(&app, &[("code", &long)]).await.status, 400);
}
