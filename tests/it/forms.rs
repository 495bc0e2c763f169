//! Refused forms, without JavaScript: the page shows again what was typed, except secrets, says beside the field
//! what is wrong, and shows the message only once.

use signet::{
    domain::time::Span,
    testing::{Browser, Fields, OTHER_PASSWORD, PASSWORD, TestApp, WRONG_PASSWORD},
};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
/// Typed text that the page must show as text.
const TYPED: &str = "a\"><b>@example.com";

#[tokio::test]
async fn what_was_typed_is_in_the_form_again_once_and_no_secret_is() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    let signed_in: [(&str, Fields<'_>, &str); 3] = [
        ("request_email_change", &[("new_email", TYPED)], TYPED),
        ("update_profile", &[("name", "Ada\u{202e}\"><b>")], "Ada\u{202e}\"><b>"),
        ("schedule_deletion", &[("confirmation", TYPED)], TYPED),
    ];
    for (action, fields, typed) in signed_in {
        comes_back(&browser, action, fields, typed).await;
    }
    let stranger = app.browser();
    let anonymous: [(&str, Fields<'_>, &str); 3] = [
        ("sign_up", &[("email", TYPED), ("password", OTHER_PASSWORD)], TYPED),
        ("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)], ADA),
        ("request_password_reset", &[("email", TYPED)], TYPED),
    ];
    for (action, fields, typed) in anonymous {
        comes_back(&stranger, action, fields, typed).await;
    }
}

/// Sends a form that is refused; `Browser` checks that no answer contains a password.
async fn comes_back(browser: &Browser<'_>, action: &str, fields: Fields<'_>, typed: &str) {
    let refused = browser.post(action, fields).await;
    let path = refused.sent_to();
    let page = browser.follow(refused).await;
    assert_eq!(page.status, 200, "{action}");
    let value = format!("value=\"{}\"", typed.replace('&', "&amp;").replace('"', "&quot;"));
    let escaped = value.replace('<', "&lt;").replace('>', "&gt;");
    let shown = page.body.contains(&value) || page.body.contains(&escaped);
    assert!(shown, "{action}: {typed} is not in {}", page.body);
    assert!(!page.body.contains("\"><b>"), "{action}");
    assert!(
        page.body.contains("aria-invalid=\"true\"") || page.body.contains("role=\"alert\""),
        "{action}: {}",
        page.body
    );
    let again = browser.get(&path).await;
    assert!(!again.body.contains(&escaped), "{action}: shown twice");
}

#[tokio::test]
async fn a_form_that_waited_for_sudo_is_filled_in_and_not_sent() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let asked = browser.post("request_email_change", &[("new_email", "new@example.com")]).await;
    let sudo = browser.follow(asked).await;
    assert!(sudo.body.contains("name=\"password\""), "{}", sudo.body);
    let confirmed =
        browser.post("confirm_sudo", &[("password", PASSWORD), ("return_to", "/users/settings/email")]).await;
    let page = browser.follow(confirmed).await;
    assert!(page.body.contains("value=\"new@example.com\""), "{}", page.body);
    assert_eq!(app.count("signet_email_changes").await, 0);
}

#[tokio::test]
async fn a_draft_does_not_outlive_the_session() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.post("update_profile", &[("name", &"x".repeat(65))]).await;
    assert!(browser.draft().is_some());
    browser.post("sign_out", &[]).await;
    assert_eq!(browser.draft(), None);
}

#[tokio::test]
async fn password_fields_are_passwords_and_empty() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let stranger = app.browser();
    for (browser, path, purpose) in [
        (&stranger, "/users/register", "new-password"),
        (&stranger, "/users/log-in", "current-password"),
        (&browser, "/users/sudo", "current-password"),
        (&browser, "/users/settings/password", "new-password"),
    ] {
        let page = browser.get(path).await;
        let fields: Vec<_> = page
            .body
            .split("<input")
            .skip(1)
            .filter(|field| {
                let field = field.split('>').next().unwrap();
                field.contains("type=\"password\"")
            })
            .collect();
        assert!(!fields.is_empty(), "{path}");
        assert!(page.body.contains(purpose), "{path}");
        for field in fields {
            let field = field.split('>').next().unwrap();
            assert!(!field.contains("value=\"") || field.contains("value=\"\""), "{path}: {field}");
            assert!(!field.contains("onpaste") && !field.contains("readonly"), "{path}: {field}");
        }
    }
}

/// What Ada typed stands in a cookie of her browser. It is for her alone.
#[tokio::test]
async fn what_one_person_typed_is_not_shown_to_the_next_one_in_the_same_browser() {
    let app = TestApp::new().await;
    app.authenticated_browser(BOB).await;
    let typed = "my.secret.address@example.com";
    for comes_back in [ADA, BOB] {
        let shared = match app.count(&format!("signet_users WHERE email = '{ADA}'")).await {
            0 => app.authenticated_browser(ADA).await,
            _ => app.signed_in(ADA, PASSWORD).await,
        };
        shared.sudo(PASSWORD).await;
        shared.post("request_email_change", &[("new_email", &format!("{typed} "))]).await;
        shared.post("update_profile", &[("name", &"x".repeat(65))]).await;
        shared.post("request_email_change", &[("new_email", typed), ("new_email", typed)]).await;
        assert!(!shared.kept().is_empty());
        app.db.run("DELETE FROM signet_sessions").await.unwrap();
        let signed_in = shared.post("sign_in", &[("email", comes_back), ("password", PASSWORD)]).await;
        assert_eq!(signed_in.sent_to(), "/dashboard");
        let page = shared.get("/users/settings/profile").await;
        assert_eq!(page.body.contains(&"x".repeat(65)), comes_back == ADA);
        assert!(shared.kept().is_empty(), "shown, or thrown away");
    }
}

#[tokio::test]
async fn what_was_typed_and_said_waits_ten_minutes_for_its_page_whatever_the_browser_keeps() {
    for (late, is_shown) in [(600, true), (601, false)] {
        let app = TestApp::new().await;
        let ada = app.authenticated_browser(ADA).await;
        ada.post("update_profile", &[("name", &"x".repeat(65))]).await;
        app.advance_clock(Span::seconds(late));
        let page = ada.get("/users/settings/profile").await;
        assert_eq!(page.body.contains(&"x".repeat(65)), is_shown, "{late}");
        ada.post("update_profile", &[("name", "Ada")]).await;
        app.advance_clock(Span::seconds(late));
        let page = ada.get("/users/settings/profile").await;
        assert_eq!(page.body.contains("Name saved."), is_shown, "{late}: {}", page.body);
    }
}

/// A notice belongs to the person to whom it was said.
#[tokio::test]
async fn a_notice_is_not_shown_to_the_next_person() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    app.authenticated_browser(BOB).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_email_change", &[("new_email", "my.secret.address@example.com")]).await;
    assert!(ada.notice().is_some());
    app.db.run("DELETE FROM signet_sessions").await.unwrap();
    ada.post("sign_in", &[("email", BOB), ("password", PASSWORD)]).await;
    let page = ada.get("/dashboard").await;
    assert!(!page.body.contains("my.secret.address"), "{}", page.body);
    assert_eq!(ada.notice(), None);
}

/// RFC 6265 §6.1: browsers drop a longer cookie. `Browser` checks the length of each.
#[tokio::test]
async fn two_drafts_of_the_longest_texts_fit_into_one_cookie() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    for longest in ["\u{1}", "\"", "\\", "\u{7f}", "\u{10ffff}", "\u{20ac}"] {
        let typed = longest.repeat(400);
        ada.post("update_profile", &[("name", &typed)]).await;
        ada.post("request_email_change", &[("new_email", &typed)]).await;
        assert_eq!(ada.kept().len(), 2, "{longest:?}");
    }
}
