//! Which visitor reaches which page (checklist A55, A59, A61; behaviour §3.2).

use axum::{body::Body, http::Method};
use signet::{
    domain::{api_tokens::Scope, error::Refusal},
    testing::{PASSWORD, TestApp},
};

use super::{FORM, FORM_TYPE, OUR_PAGE, address, forms, pages, send, send_plain};
use crate::inventory::{self, Door, Kind, VISITORS};

#[tokio::test]
async fn everybody_gets_where_they_may() {
    let app = TestApp::new().await;
    let browsers = [
        app.browser(),
        app.authenticated_browser("ada@example.com").await,
        app.unverified("eve@example.com").await.0,
        app.scheduled_browser("bob@example.com").await,
    ];
    for line in inventory::pages() {
        let (path, Kind::Page(ends)) = (line.address(), line.kind) else { unreachable!() };
        for ((browser, who), end) in browsers.iter().zip(VISITORS).zip(ends.chars()) {
            let page = browser.get(&path).await;
            let to = page.location();
            match end {
                '.' => assert!(to.is_none() && page.status.as_u16() < 500, "{path} for {who}: {} {to:?}", page.status),
                'l' => {
                    let to = to.unwrap_or_else(|| panic!("{path} for {who}: {}", page.status));
                    assert!(to.starts_with("/users/log-in"), "{path} for {who}: {to}");
                }
                end => assert_eq!(to.as_deref(), Some(target(end)), "{path} for {who}"),
            }
            if to_is_redirect(&page.status.as_u16()) {
                assert!(page.body.is_empty(), "{path} for {who} shows something on the way");
            }
        }
    }
}

fn to_is_redirect(status: &u16) -> bool {
    (300..400).contains(status)
}

fn target(end: char) -> &'static str {
    match end {
        'd' => "/dashboard",
        's' => "/users/settings",
        'r' => "/users/reactivate",
        'p' => "/users/settings/password",
        _ => unreachable!("{end}"),
    }
}

/// The router finds a page's access by the path as it was sent; Leptos renders the page that the parsed path names.
#[tokio::test]
async fn no_path_leads_to_another_page_than_its_access_is_for() {
    let app = TestApp::new().await;
    let browsers = [app.browser(), app.unverified("eve@example.com").await.0];
    let with_parameter = inventory::pages().map(|line| line.path).filter(|path| path.contains('{'));
    let mut asked = 0;
    for path in with_parameter {
        let (before, rest) = path.split_once('{').unwrap();
        let after = rest.split_once('}').unwrap().1;
        let up = "..\\".repeat(before.matches('/').count());
        let values = [format!("{up}dashboard"), format!("x\\{up}users\\settings\\profile"), "..".to_owned()];
        for value in values.into_iter().chain(["%2e%2E".to_owned(), ".\\x".to_owned(), "x\\y".to_owned()]) {
            for browser in &browsers {
                let page = browser.get(&format!("{before}{value}{after}")).await;
                assert_eq!(page.status, 404, "{before}{value}{after}: {:?}", page.location());
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 8 * 6 * 2);
}

/// What a browser needs is the cookie of a session: an API token opens no page and no form.
#[tokio::test]
async fn without_a_session_an_action_is_refused() {
    let app = TestApp::new().await;
    let token = crate::api::token(&app.authenticated_browser("ada@example.com").await, Scope::Write).await;
    let token = ("authorization", format!("Bearer {}", token.expose()));
    for line in inventory::forms() {
        let (form, is_open) = (line.name(), matches!(line.door(), Some(Door::Open | Door::Link)));
        let page = send(&app.browser(), form, &[OUR_PAGE, FORM_TYPE, (token.0, &token.1)], FORM).await;
        let refused = page.refusal() == Some(Refusal::SignInRequired);
        assert_eq!((refused, page.status == 401), (!is_open, !is_open), "{form}: {} {}", page.status, page.body);
        let plain = send_plain(&app.browser(), form, FORM).await;
        assert!(is_open || plain.sent_to().starts_with("/users/log-in"), "{form}");
    }
    let request = app.browser().request(Method::GET, "/users/settings", "text/html").header(token.0, token.1);
    assert!(app.browser().send(request.body(Body::empty()).unwrap()).await.sent_to().starts_with("/users/log-in"));
}

/// The table of ASVS V3.7.2.
const ELSEWHERE: [&str; 14] = [
    "//evil.example",
    "/\\evil.example",
    "/%5cevil.example",
    "/%2fevil.example",
    "https:evil.example",
    "https://evil.example/",
    "https://signet.example@evil.example",
    "https://signet.example.evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/ok\r\nX-Evil: 1",
    "/ok%0d%0aX-Evil: 1",
    "evil.example",
];

#[tokio::test]
async fn nothing_leads_to_another_site() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    for wanted in ELSEWHERE {
        let form = [("email", "ada@example.com"), ("password", PASSWORD), ("return_to", wanted)];
        assert_eq!(app.browser().post("sign_in", &form).await.sent_to(), "/dashboard", "{wanted:?}");
        let sudo = [("password", PASSWORD), ("return_to", wanted)];
        assert_eq!(ada.post("confirm_sudo", &sudo).await.sent_to(), "/users/settings", "{wanted:?}");

        let query: String =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", wanted).finish();
        assert_eq!(ada.get(&format!("/users/log-in?{query}")).await.sent_to(), "/dashboard", "{wanted:?}");
        for (browser, page) in [(&app.browser(), "log-in"), (&ada, "sudo")] {
            let page = browser.get(&format!("/users/{page}?{query}")).await;
            assert!(!page.body.to_lowercase().contains("evil"), "{wanted:?}: {}", page.body);
        }
        // A wrong password leads back to the log-in page of this site.
        let wrong = [("email", "ada@example.com"), ("password", "wrong"), ("return_to", wanted)];
        assert_eq!(app.browser().post("sign_in", &wrong).await.sent_to(), "/users/log-in", "{wanted:?}");
    }
    let form = [("email", "ada@example.com"), ("password", PASSWORD), ("return_to", "/users/settings/email?a=1#x")];
    assert_eq!(app.browser().post("sign_in", &form).await.sent_to(), "/users/settings/email?a=1#x");
}

/// Leptos puts errors into the address; no address may make our page say anything.
#[tokio::test]
async fn an_address_cannot_make_a_page_say_something() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("ada@example.com").await;
    for path in pages() {
        for action in ["sign_in", "change_password"] {
            let query = format!("__path=%2Fapi%2F{action}&__err=Call%20555-EVIL&error=555-EVIL&message=555-EVIL");
            for browser in [&app.browser(), &ada] {
                let page = browser.get(&format!("{path}?{query}")).await;
                assert!(!page.body.contains("555-EVIL"), "{path}: {}", page.body);
            }
        }
    }
}

/// Checklist A54: no redirect goes where the client says it came from.
#[tokio::test]
async fn the_referrer_decides_nothing() {
    let app = TestApp::new().await;
    for form in forms() {
        let browser = app.browser();
        let request = browser
            .request(Method::POST, &address(form), "text/html")
            .header(OUR_PAGE.0, OUR_PAGE.1)
            .header(FORM_TYPE.0, FORM_TYPE.1)
            .header("referer", "https://evil.example/x?__err=1");
        let page = browser.send(request.body(FORM.into()).unwrap()).await;
        let to = page.location().unwrap_or_default();
        assert!(to.starts_with('/') && !to.contains("evil") && !to.contains("__err"), "{form}: {to}");
    }
}
