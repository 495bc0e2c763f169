//! `create_api_token`: a program gets a token, which its owner sees once.

use signet::{
    domain::{api_tokens::MAX_TOKENS, error::Refusal, outbox::Kind, time::Span},
    server::{context::Notice, crypto::api_token::ApiToken, http::cookie::Name},
    testing::{Browser, Fields, PASSWORD, Page, TestApp},
};

use crate::logged::Logged;

const ADA: &str = "ada@example.com";
const PAGE: &str = "/users/settings/api-tokens";
const FORM: Fields<'static> = &[("name", "backup"), ("scope", "write"), ("expires", "30")];

/// The token that a page shows.
fn shown(page: &Page) -> Option<String> {
    let at = page.body.find("sgn_")?;
    Some(page.body[at..at + 76].to_owned())
}

async fn in_sudo(app: &TestApp) -> Browser<'_> {
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada
}

#[tokio::test]
async fn it_is_shown_once_and_works_and_the_owner_is_told() {
    for script in [false, true] {
        let app = TestApp::new().await;
        let ada = in_sudo(&app).await;
        let answer =
            if script { ada.call("create_api_token", FORM).await } else { ada.post("create_api_token", FORM).await };
        assert_eq!(answer.location().as_deref(), Some(PAGE));
        assert!(shown(&answer).is_none() && !format!("{:?}", answer.headers).contains("sgn_"));
        assert_eq!(ada.notice(), Some(Notice::ApiTokenCreated));
        let page = ada.get(PAGE).await;
        let token = shown(&page).expect("shown");
        assert_eq!(page.headers["cache-control"], "no-store");
        // From now on no page, header or row may contain it.
        app.keep_secret(&token);
        assert!(ada.cookie(Name::Fresh).is_none());
        let again = ada.get(PAGE).await;
        assert!(shown(&again).is_none());
        let secret = ApiToken::parse(&token).unwrap();
        assert!(again.body.contains(&format!("…{}", secret.hint())) && again.body.contains("backup"));
        app.holds_no_secret().await;
        let row = "SELECT name, scope, expires_at - created_at AS lasts, last_used_at, hint FROM signet_api_tokens";
        let row = app.db.table(row).await;
        snapshot!(row, { format!("{}$", secret.hint()) => "[hint]" }, @"
        name    scope  lasts    last_used_at  hint
        backup  write  2592000  NULL          [hint]
        ");
        assert_eq!(app.news().await, [format!("api_token.created by person of {ADA}")]);
        let detail = app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await;
        assert_eq!(detail, [format!(r#"{{"api_token":{{"name":"backup","hint":"{}"}}}}"#, secret.hint())]);
        let page = crate::api::ask(&app, axum::http::Method::GET, "/api/v1/me", Some(&token)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let post = app.deliver().await;
        let letter = &post.the(Kind::ApiTokenCreated).letter;
        assert!(letter.text.contains(&format!("…{}", secret.hint())) && letter.text.contains("sign out sessions"));
        assert!(letter.text.contains("14 February 2027") && !letter.text.contains("backup"), "{}", letter.text);
        assert_eq!(letter.to, ADA);
    }
}

#[tokio::test]
async fn outside_sudo_a_wrong_form_is_refused_first() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let cases: [(Fields<'_>, Refusal); 2] = [
        (&[("name", " "), ("scope", "read"), ("expires", "30")], Refusal::InvalidTokenName),
        (&[("name", "backup"), ("scope", "all"), ("expires", "30")], Refusal::InvalidChoice),
    ];
    for (fields, refusal) in cases {
        let page = app.changes_nothing(ada.call("create_api_token", fields)).await;
        assert_eq!(page.refusal(), Some(refusal));
    }
    assert_eq!(ada.call("create_api_token", FORM).await.refusal(), Some(Refusal::SudoRequired));
}

#[tokio::test]
async fn outside_sudo_the_form_waits() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.post("create_api_token", FORM).await;
    ada.sudo(PASSWORD).await;
    let page = ada.get(PAGE).await;
    assert!(page.body.contains("value=\"backup\""), "{}", page.body);
    for chosen in ["<option value=\"write\" selected", "<option value=\"30\" selected"] {
        assert!(page.body.contains(chosen), "{chosen}: {}", page.body);
    }
    assert_eq!(app.count("signet_api_tokens").await, 0, "nothing is replayed");
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_comes_back_as_typed() {
    let app = TestApp::new().await;
    let ada = in_sudo(&app).await;
    let long = "x".repeat(65);
    let cases: [(Fields<'_>, Refusal); 8] = [
        (&[("name", ""), ("scope", "read"), ("expires", "7")], Refusal::InvalidTokenName),
        (&[("name", &long), ("scope", "read"), ("expires", "7")], Refusal::InvalidTokenName),
        (&[("name", "a\u{202e}b"), ("scope", "read"), ("expires", "7")], Refusal::InvalidTokenName),
        (&[("name", "backup"), ("scope", "admin"), ("expires", "7")], Refusal::InvalidChoice),
        (&[("name", "backup"), ("scope", "read"), ("expires", "366")], Refusal::InvalidChoice),
        (&[("name", "backup"), ("scope", "read"), ("expires", "")], Refusal::InvalidChoice),
        (&[("name", "backup")], Refusal::InvalidChoice),
        (&[], Refusal::InvalidTokenName),
    ];
    for (fields, refusal) in cases {
        let page = app.changes_nothing(ada.call("create_api_token", fields)).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (422, Some(refusal)), "{fields:?}");
        let event = format!("api_token.created.failure by person of {ADA}: {}", refusal.code());
        assert_eq!(app.news().await, [event]);
    }
    ada.post("create_api_token", &[("name", "a\u{202e}\"><b>"), ("scope", "write"), ("expires", "365")]).await;
    let page = ada.get(PAGE).await;
    assert!(page.body.contains("aria-invalid=\"true\"") && !page.body.contains("\"><b>"), "{}", page.body);
    assert!(
        page.body.contains("<option value=\"write\" selected") && page.body.contains("<option value=\"365\" selected")
    );
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn an_account_has_fifty_tokens_at_most() {
    let app = TestApp::unlimited().await;
    let ada = in_sudo(&app).await;
    for _ in 0..MAX_TOKENS {
        assert_eq!(ada.call("create_api_token", FORM).await.status, 200);
    }
    app.settle().await;
    let page = app.changes_nothing(ada.call("create_api_token", FORM)).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (409, Some(Refusal::TooManyTokens)));
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn only_an_active_account_creates_one() {
    let app = TestApp::new().await;
    let (unverified, _) = app.unverified("eve@example.com").await;
    unverified.sudo(PASSWORD).await;
    let closed = app.scheduled_browser("bob@example.com").await;
    for (browser, refusal) in [(&unverified, Refusal::Unverified), (&closed, Refusal::DeletionScheduled)] {
        for action in ["create_api_token", "revoke_api_token", "revoke_all_api_tokens"] {
            let page = app.changes_nothing(browser.call(action, FORM)).await;
            assert_eq!(page.refusal(), Some(refusal), "{action}");
        }
    }
}

/// The sealed cookie works for its owner only, and for ten minutes.
#[tokio::test]
async fn a_token_that_waits_to_be_shown_is_shown_to_nobody_else() {
    let app = TestApp::new().await;
    let ada = in_sudo(&app).await;
    ada.post("create_api_token", FORM).await;
    let sealed = ada.cookie(Name::Fresh).unwrap();
    assert!(!sealed.contains("sgn_"));
    let bob = app.authenticated_browser("bob@example.com").await;
    bob.set_cookie(Name::Fresh, &sealed);
    assert!(shown(&bob.get(PAGE).await).is_none());
    assert_eq!(bob.cookie(Name::Fresh), None, "it is thrown away");
    let stranger = app.browser();
    stranger.set_cookie(Name::Fresh, &sealed);
    assert!(shown(&stranger.get("/").await).is_none());
    assert_eq!(stranger.cookie(Name::Fresh), None);
    // Other pages of the owner leave it alone, and signing out does not.
    ada.get("/dashboard").await;
    assert!(ada.cookie(Name::Fresh).is_some());
    app.advance_clock(Span::seconds(601));
    assert!(shown(&ada.get(PAGE).await).is_none());
    ada.sudo(PASSWORD).await;
    ada.post("create_api_token", FORM).await;
    ada.post("sign_out", &[]).await;
    assert_eq!(ada.cookie(Name::Fresh), None);
}

#[tokio::test]
async fn no_log_says_a_token() {
    let log = Logged::listen();
    let app = TestApp::new().await;
    let ada = in_sudo(&app).await;
    ada.post("create_api_token", FORM).await;
    let token = shown(&ada.get(PAGE).await).unwrap();
    app.keep_secret(&token);
    for path in ["/api/v1/me", "/api/v1/events?limit=0", "/api/v1/nothing"] {
        crate::api::ask(&app, axum::http::Method::GET, path, Some(&token)).await;
    }
    app.deliver().await;
    tracing::info!("the log is heard");
    assert!(log.text().contains("the log is heard"));
    log.says_none_of([token.as_str(), &token[4..68]]);
}
