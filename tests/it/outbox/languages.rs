//! The language of letters: that of the account, which is the browser's at registration.

use signet::{
    domain::{language::Language, outbox::Kind, time::Span},
    server::http::cookie::Name,
    testing::{OTHER_PASSWORD, PASSWORD, TestApp},
};

const ADA: &str = "ada@example.com";

/// Creates an account in a browser with this `Accept-Language`.
async fn sign_up(app: &TestApp, languages: &'static str) {
    let mut browser = app.browser();
    browser.languages = languages;
    browser.post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
}

/// The subjects of the letters that are due.
async fn subjects(app: &TestApp) -> Vec<String> {
    app.deliver().await.0.iter().map(|mail| mail.letter.subject.clone()).collect()
}

#[tokio::test]
async fn an_account_has_the_language_of_the_browser_that_made_it() {
    for (languages, stored, subject) in [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "Bestätigen Sie Ihre E-Mail-Adresse"),
        ("en-GB,de;q=0.5", "en", "Confirm your email address"),
        ("fr", "en", "Confirm your email address"),
        ("", "en", "Confirm your email address"),
    ] {
        let app = TestApp::new().await;
        sign_up(&app, languages).await;
        assert_eq!(app.rows("SELECT language FROM signet_users").await, [stored], "{languages}");
        assert_eq!(app.rows("SELECT language FROM signet_letters").await, [stored], "{languages}");
        assert_eq!(subjects(&app).await, [subject], "{languages}");
    }
}

#[tokio::test]
async fn the_cookie_goes_over_the_header_and_the_setting_over_both() {
    for (fixed, cookie, expected) in [
        (None, "de", "de"),
        (None, "tlh", "en"),
        (Some(Language::English), "de", "en"),
        (Some(Language::German), "en", "de"),
    ] {
        let app = TestApp::with(|settings| settings.site.language = fixed).await;
        let mut browser = app.browser();
        browser.languages = "en";
        browser.set_cookie(Name::Language, cookie);
        browser.post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
        assert_eq!(app.rows("SELECT language FROM signet_users").await, [expected], "{fixed:?}, {cookie}");
    }
}

#[tokio::test]
async fn a_letter_is_in_the_language_of_its_account_whoever_causes_it() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.db.run("UPDATE signet_users SET language = 'de'").await.unwrap();
    let mut stranger = app.browser();
    stranger.languages = "en";
    stranger.post("sign_up", &[("email", ADA), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(subjects(&app).await, ["Sie haben bereits ein Konto"]);
    stranger.post("request_password_reset", &[("email", ADA)]).await;
    assert_eq!(subjects(&app).await, ["Wählen Sie ein neues Passwort"]);
}

#[tokio::test]
async fn the_goodbye_is_in_the_language_of_the_account_that_is_gone() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.db.run("UPDATE signet_users SET language = 'de'").await.unwrap();
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    app.deliver().await;
    app.advance_clock(Span::days(14));
    let post = app.run_jobs().await;
    assert_eq!(post.the(Kind::DeletionExecuted).letter.subject, "Ihr Konto wurde gelöscht");
    assert_eq!(app.rows("SELECT language FROM signet_users").await, ["NULL"], "erased with the rest");
}

#[tokio::test]
async fn letters_of_an_earlier_version_are_english_unless_the_setting_says_otherwise() {
    for (fixed, subject) in
        [(None, "Confirm your email address"), (Some(Language::German), "Bestätigen Sie Ihre E-Mail-Adresse")]
    {
        let app = TestApp::with(|settings| settings.site.language = fixed).await;
        sign_up(&app, "de").await;
        app.db.run("UPDATE signet_users SET language = NULL").await.unwrap();
        app.db.run("UPDATE signet_letters SET language = NULL").await.unwrap();
        assert_eq!(subjects(&app).await, [subject]);
    }
}

#[tokio::test]
async fn pages_and_letters_name_the_product_of_the_settings() {
    let app = TestApp::with(|settings| settings.site.name = "Acme & Co".to_owned()).await;
    let browser = app.browser();
    for path in ["/users/log-in", "/no/such/page"] {
        let page = browser.get(path).await;
        assert!(page.body.replace("&amp;", "&").contains(" · Acme & Co</title>"), "{path}");
        assert!(page.body.contains(">Acme &amp; Co</"), "{path}");
    }
    sign_up(&app, "en").await;
    let letter = &app.deliver().await.0[0].letter;
    assert!(letter.text.contains("create an account at Acme & Co."), "{}", letter.text);
}
