//! `request_password_reset`: a reset link, if the address has an account that may use one.

use signet::{
    domain::{error::Refusal, outbox::Kind, time::Timestamp},
    server::{context::Notice, lifecycle::RESET_PASSWORD_TTL},
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp, token_in},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn the_address_on_file_gets_a_link_and_nothing_of_the_account_changes() {
    let app = TestApp::new().await;
    let owner = app.authenticated_browser("Ada@Example.com").await;
    let account = app.rows("SELECT * FROM signet_users").await;
    let stranger = app.browser();
    let page = stranger.post("request_password_reset", &[("email", "aDA@example.COM")]).await;
    assert_eq!(page.sent_to(), "/users/reset-password");
    assert_eq!(stranger.notice(), Some(Notice::ResetSent { email: "aDA@example.COM".to_owned() }));
    assert_eq!(app.deliver().await.words(), ["reset_password to Ada@example.com"]);
    assert_eq!(app.news().await, ["account.password_reset_requested by anyone of Ada@Example.com"]);
    assert_eq!(app.rows("SELECT * FROM signet_users").await, account);
    assert!(owner.is_signed_in().await);
    assert!(!stranger.is_signed_in().await);
}

#[tokio::test]
async fn nobody_outside_can_tell_whose_address_it_is() {
    let app = TestApp::new().await;
    let own = app.authenticated_browser("member@example.com").await;
    app.unverified_link("waiter@example.com").await;
    app.scheduled_browser("closed@example.com").await;
    app.authenticated_browser("filled@example.com").await;
    for _ in 0..3 {
        app.browser().post("request_password_reset", &[("email", "filled@example.com")]).await;
    }
    app.settle().await;
    let mut shapes = Vec::new();
    let all = ["member", "nobody", "waiter", "closed", "filled"].map(|name| format!("{name}@example.com"));
    for email in &all {
        let email = email.as_str();
        let browser = app.browser();
        let fields = [("email", email)];
        let (hashes, form) = app.hashes_in(browser.post("request_password_reset", &fields)).await;
        let script = browser.call("request_password_reset", &fields).await;
        assert_eq!(hashes, 0, "{email}");
        shapes.push(form.shape(email) + &script.shape(email));
    }
    assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:#?}");
    let sent = ["closed", "closed", "member", "member"].map(|name| format!("reset_password to {name}@example.com"));
    assert_eq!(app.deliver().await.words(), sent);
    let news = app.news().await;
    assert_eq!(news[2..6], ["account.password_reset_requested.failure by anyone: no_account"; 4]);
    let limited = "account.password_reset_requested.failure by anyone of filled@example.com: limited";
    assert_eq!(news[8..], [limited; 2]);
    let own_page = own.post("request_password_reset", &[("email", "member@example.com")]).await;
    let other_page = own.post("request_password_reset", &[("email", "nobody@example.com")]).await;
    assert_eq!(own_page.shape("member@example.com"), other_page.shape("nobody@example.com"));
}

/// A stranger may ask for links too. So a newer link kills no older one, sent or not, and a sixth is not sent.
#[tokio::test]
async fn five_links_work_side_by_side_until_one_is_used() {
    for used in 0..5 {
        let app = TestApp::unlimited().await;
        let browser = app.authenticated_browser(ADA).await;
        let mut tokens = vec![browser.ask_for_reset(ADA).await];
        for _ in 0..3 {
            browser.post("request_password_reset", &[("email", ADA)]).await;
        }
        let fifth = app.browser().post("request_password_reset", &[("email", ADA)]).await;
        let sixth = app.browser().post("request_password_reset", &[("email", ADA)]).await;
        assert_eq!(fifth.shape(ADA), sixth.shape(ADA));
        let news = app.news().await;
        assert_eq!(news[4..], ["account.password_reset_requested.failure by anyone of ada@example.com: limited"]);
        let post = app.deliver().await;
        assert_eq!(post.words(), ["reset_password to ada@example.com"; 4]);
        assert_eq!(app.count("signet_mail_links").await, 5);
        tokens.extend(post.0.iter().map(|mail| token_in(mail.url().unwrap()).to_owned()));
        let fields = |token| [("token", token), ("new_password", OTHER_PASSWORD)];
        assert_eq!(browser.call("reset_password", &fields(&tokens[used])).await.status, 200, "{used}");
        app.settle().await;
        for token in &tokens {
            let page = app.changes_nothing(browser.call("reset_password", &fields(token))).await;
            assert_eq!(page.refusal(), Some(Refusal::DeadLink));
        }
    }
}

/// Links that no longer work make room: those that expired, and those that a new password has killed.
#[tokio::test]
async fn only_links_that_work_are_counted() {
    for case in ["a second early", "expired", "another password"] {
        let app = TestApp::unlimited().await;
        let browser = app.authenticated_browser(ADA).await;
        for _ in 0..5 {
            browser.ask_for_reset(ADA).await;
        }
        match case {
            "a second early" => app.advance_clock(RESET_PASSWORD_TTL),
            "expired" => app.clock.set(Timestamp(START.plus(RESET_PASSWORD_TTL).0 + 1)),
            _ => {
                app.db.run("UPDATE signet_users SET security_stamp = security_stamp + 1").await.unwrap();
            }
        }
        browser.post("request_password_reset", &[("email", ADA)]).await;
        let sent = usize::from(case != "a second early");
        assert_eq!(app.deliver().await.words().len(), sent, "{case}");
    }
}

#[tokio::test]
async fn a_letter_that_waits_to_be_sent_is_not_withdrawn_by_a_strangers_request() {
    let app = TestApp::unlimited().await;
    let browser = app.authenticated_browser(ADA).await;
    for _ in 0..8 {
        browser.post("request_password_reset", &[("email", ADA)]).await;
    }
    assert_eq!(app.deliver().await.words(), ["reset_password to ada@example.com"; 5]);
}

#[tokio::test]
async fn a_link_asked_for_under_another_host_leads_here() {
    use axum::{
        body::Body,
        http::{
            Method,
            header::{CONTENT_TYPE, HOST},
        },
    };
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for (name, value) in
        [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example"), ("x-forwarded-proto", "http")]
    {
        let request = browser
            .request(Method::POST, "/api/request_password_reset", "text/html")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header(name, value);
        browser.send(request.body(Body::from("email=ada%40example.com")).unwrap()).await;
        let post = app.deliver().await;
        let letter = &post.the(Kind::ResetPassword).letter;
        assert!(letter.links.iter().all(|link| link.starts_with("https://signet.example/")), "{name}");
        assert!(!letter.text.contains("evil") && !letter.html.contains("evil"));
    }
    let mut request = browser
        .request(Method::POST, "/api/request_password_reset", "text/html")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from("email=ada%40example.com"))
        .unwrap();
    request.headers_mut().insert(HOST, "evil.example".parse().unwrap());
    assert_eq!(app.changes_nothing(browser.send(request)).await.status, 421);
}

/// Checklist A20: several addresses in one form reach nobody but the owner of an account, and never two people.
#[tokio::test]
async fn a_form_with_two_addresses_mails_nobody() {
    const EVE: &str = "eve@evil.example";
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.authenticated_browser(EVE).await;
    for fields in [
        [("email", ADA), ("email", EVE)],
        [("email", EVE), ("email", ADA)],
        [("email[]", ADA), ("email[]", EVE)],
        [("email[0]", ADA), ("email[1]", EVE)],
        [("email", ADA), ("email[]", EVE)],
        [("email[a]", ADA), ("email[b]", EVE)],
    ] {
        let browser = app.browser();
        for page in [
            browser.call("request_password_reset", &fields).await,
            browser.post("request_password_reset", &fields).await,
        ] {
            assert!(page.status.as_u16() < 500, "{fields:?}: {}", page.body);
        }
        assert_eq!(app.deliver().await.words(), [""; 0], "{fields:?}");
        assert_eq!(app.count("signet_mail_links").await, 0, "{fields:?}");
    }
    app.browser().call("request_password_reset", &[("email", ADA)]).await;
    assert_eq!(app.deliver().await.words(), [format!("reset_password to {ADA}")]);
}

#[tokio::test]
async fn the_owner_signs_in_as_before_while_a_link_is_out() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await.ask_for_reset(ADA).await;
    let page = app.browser().call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 200);
}
