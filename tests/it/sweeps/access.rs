//! Which visitor reaches which page (checklist A55, A59, A61; behaviour §3.2).

use signet::{
    domain::error::Refusal,
    testing::{PASSWORD, TestApp},
};

use super::{FORM, FORM_TYPE, OUR_PAGE, actions, filled, pages, send};

/// Every kind of visitor: not signed in, and with an active, an unverified, a closed account.
const WHO: [&str; 4] = ["nobody", "active", "unverified", "closed"];

/// Where each of them arrives: `.` sees the page, `l` is sent to the log-in page, `d` to the dashboard, `s` to the
/// settings, `r` to the reactivation page, `p` to the password page.
const PAGES: [(&str, &str); 27] = [
    ("/", "...r"),
    ("/users/register", ".dsr"),
    ("/users/register/email", ".dsr"),
    ("/users/log-in", ".dsr"),
    ("/users/reset-password", "...r"),
    ("/users/reset-password/{token}", "...r"),
    ("/users/confirm/{token}", "...r"),
    ("/dashboard", "l.sr"),
    ("/users/settings", "l..r"),
    ("/users/settings/profile", "l.sr"),
    ("/users/settings/email", "l..r"),
    ("/users/settings/password", "l.sr"),
    ("/users/settings/providers", "l.sr"),
    ("/users/settings/sessions", "l.sr"),
    ("/users/settings/export", "l.sr"),
    ("/users/settings/api-tokens", "l.sr"),
    ("/users/settings/security-log", "l.sr"),
    ("/users/settings/delete", "l..r"),
    ("/users/settings/confirm-email/{token}", "l..r"),
    ("/users/email-change/cancel/{token}", "...r"),
    ("/users/email-change/undo/{token}", "...r"),
    ("/users/keep/{token}", "...r"),
    ("/users/sudo", "l..r"),
    ("/users/reactivate", "lss."),
    ("/users/auth/{provider}", "...r"),
    ("/users/auth/{provider}/callback", "lssr"),
    ("/.well-known/change-password", "pppr"),
];

#[tokio::test]
async fn everybody_gets_where_they_may() {
    let app = TestApp::new().await;
    let mut listed: Vec<String> = PAGES.iter().map(|(path, _)| filled(path)).collect();
    let mut known = pages();
    listed.sort();
    known.sort();
    assert_eq!(listed, known, "a page is missing in the table");
    let browsers = [
        app.browser(),
        app.authenticated_browser("ada@example.com").await,
        app.unverified("eve@example.com").await.0,
        app.scheduled_browser("bob@example.com").await,
    ];
    for (path, ends) in PAGES {
        let path = filled(path);
        for ((browser, who), end) in browsers.iter().zip(WHO).zip(ends.chars()) {
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

/// What a visitor without a session may request; everything else needs a session.
const OPEN: [&str; 11] = [
    "cancel_email_change_by_link",
    "continue_with_provider",
    "keep_account",
    "request_password_reset",
    "reset_password",
    "sign_in",
    "sign_out",
    "sign_up",
    "sign_up_with_provider",
    "undo_email_change",
    "verify_email",
];

/// The router finds a page's access by the path as it was sent; Leptos renders the page that the parsed path names.
#[tokio::test]
async fn no_path_leads_to_another_page_than_its_access_is_for() {
    let app = TestApp::new().await;
    let browsers = [app.browser(), app.unverified("eve@example.com").await.0];
    let with_parameter = PAGES.iter().map(|(path, _)| *path).filter(|path| path.contains('{'));
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

#[tokio::test]
async fn without_a_session_an_action_is_refused() {
    let app = TestApp::new().await;
    for action in actions() {
        let page = send(&app.browser(), &action, &[OUR_PAGE, FORM_TYPE], FORM).await;
        let refused = page.refusal() == Some(Refusal::SignInRequired);
        assert_eq!(refused, !OPEN.contains(&action.as_str()), "{action}: {}", page.body);
        assert_eq!(refused, page.status == 401 && action != "sign_in", "{action}: {}", page.status);
        let plain = app.browser().post(&action, &[("token", "x"), ("email", "x"), ("password", "x")]).await;
        if refused {
            assert!(plain.sent_to().starts_with("/users/log-in"), "{action}");
        }
    }
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
    for action in actions() {
        let browser = app.browser();
        let request = browser
            .request(axum::http::Method::POST, &format!("/api/{action}"), "text/html")
            .header(OUR_PAGE.0, OUR_PAGE.1)
            .header(FORM_TYPE.0, FORM_TYPE.1)
            .header("referer", "https://evil.example/x?__err=1");
        let page = browser.send(request.body(FORM.into()).unwrap()).await;
        let to = page.location().unwrap_or_default();
        assert!(to.starts_with('/') && !to.contains("evil") && !to.contains("__err"), "{action}: {to}");
    }
}
