//! `update_profile`: the display name.

use signet::{domain::error::Refusal, server::context::Notice, testing::TestApp};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn the_name_is_saved_and_recorded_and_nobody_is_mailed() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let page = browser.post("update_profile", &[("name", "  Ada Lovelace ")]).await;
    assert_eq!(page.sent_to(), "/users/settings/profile");
    assert_eq!(browser.notice(), Some(Notice::NameSaved));
    assert_eq!(app.rows("SELECT name FROM signet_users").await, ["Ada Lovelace"]);
    assert_eq!(app.news().await, ["account.profile_updated by person of ada@example.com"]);
    assert!(app.deliver().await.words().is_empty());
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn a_blank_name_is_none() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for name in ["Ada", "   "] {
        browser.post("update_profile", &[("name", name)]).await;
    }
    assert_eq!(app.rows("SELECT name FROM signet_users").await, ["NULL"]);
}

#[tokio::test]
async fn sixty_four_characters_fit_and_one_more_does_not() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (fits, too_long) = ("é".repeat(64), "é".repeat(65));
    assert_eq!(browser.call("update_profile", &[("name", &fits)]).await.status, 200);
    let page = app.changes_nothing(browser.call("update_profile", &[("name", &too_long)])).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (422, Some(Refusal::InvalidName)));
}

#[tokio::test]
async fn text_that_hides_or_breaks_lines_is_refused_and_kept_in_the_form() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for name in ["a\0b", "a\nb", "x\r\nBcc: e@evil.example", "a\u{202e}b", "a\u{200b}b", "a\u{7f}b", "a\u{85}b"] {
        let page = app.changes_nothing(browser.post("update_profile", &[("name", name)])).await;
        assert_eq!(page.sent_to(), "/users/settings/profile");
        assert_eq!(browser.draft(), Some((name.to_owned(), Some(Refusal::InvalidName))), "{name:?}");
    }
    assert_eq!(app.news().await, ["account.profile_updated.failure by person of ada@example.com: invalid_name"; 7]);
}

#[tokio::test]
async fn markup_stays_text_and_stays_out_of_letters() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let name = "</script><img src=x onerror=alert(1)> https://evil.example";
    browser.post("update_profile", &[("name", name)]).await;
    assert_eq!(app.rows("SELECT name FROM signet_users").await, [name]);
    for path in ["/dashboard", "/users/settings", "/users/settings/profile"] {
        assert!(!browser.get(path).await.body.contains("<img"), "{path}");
    }
    browser.ask_for_change("new@example.com").await;
    app.browser().post("request_password_reset", &[("email", ADA)]).await;
    for mail in app.deliver().await.0 {
        assert!(!mail.letter.html.contains("evil") && !mail.letter.text.contains("evil"));
    }
}

#[tokio::test]
async fn no_other_field_is_written() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let fields = [("name", "Ada"), ("email", "evil@example.com"), ("security_stamp", "9"), ("deleted_at", "1")];
    browser.post("update_profile", &fields).await;
    snapshot!(app.db.table("SELECT name, email, security_stamp, deleted_at FROM signet_users").await, @"
    name  email            security_stamp  deleted_at
    Ada   ada@example.com  0               NULL
    ");
}
