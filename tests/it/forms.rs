//! Refused forms, without JavaScript: the page shows again what was typed, except secrets, says beside the field
//! what is wrong, and shows the message only once.

use signet::testing::{Browser, Fields, OTHER_PASSWORD, PASSWORD, TestApp, WRONG_PASSWORD};

const ADA: &str = "ada@example.com";
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
