//! `sign_in`: address and password, for one session.

use signet::{
    domain::{error::Refusal, outbox::Kind, time::Span},
    server::{crypto::hasher::Cost, http::cookie::Name},
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp, WRONG_PASSWORD},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_session_begins_with_where_and_when_and_without_sudo() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await.post("sign_out", &[]).await;
    app.settle().await;
    let browser = app.browser();
    let page = browser.post("sign_in", &[("email", "Ada@Example.COM"), ("password", PASSWORD)]).await;
    assert_eq!(page.sent_to(), "/dashboard");
    let sql = "SELECT ip, user_agent, created_at, last_seen_at, sudo_at FROM signet_sessions";
    let expected = format!("{}|{}|{}|{}|NULL", browser.ip, browser.user_agent, START.0, START.0);
    assert_eq!(app.rows(sql).await, [expected]);
    assert_eq!(app.news().await, ["session.sign_in by person of ada@example.com"]);
    assert!(browser.is_signed_in().await && !browser.has_sudo().await);
    let session = app.rows("SELECT session_id FROM signet_events ORDER BY id DESC LIMIT 1").await;
    assert_eq!(session, app.rows("SELECT id FROM signet_sessions").await);
}

#[tokio::test]
async fn it_goes_where_the_person_wanted_to_and_never_off_the_site() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let cases = [
        ("/users/settings/email", "/users/settings/email"),
        ("/users/settings?a=1", "/users/settings?a=1"),
        ("//evil.example", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("/%5cevil.example", "/dashboard"),
        ("https://evil.example", "/dashboard"),
        ("javascript:alert(1)", "/dashboard"),
        ("/ok\r\nX: 1", "/dashboard"),
        ("\t//evil.example", "/dashboard"),
    ];
    for (wanted, to) in cases {
        let fields = [("email", ADA), ("password", PASSWORD), ("return_to", wanted)];
        assert_eq!(app.browser().post("sign_in", &fields).await.sent_to(), to, "{wanted:?}");
        assert_eq!(app.browser().call("sign_in", &fields).await.location().as_deref(), Some(to));
    }
}

#[tokio::test]
async fn the_page_says_why_it_asks() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let cases = [
        ("", None),
        ("?return_to=/users/settings/email", Some("Sign in to open your account settings.")),
        ("?return_to=/users/settings/confirm-email/x", Some("Sign in to continue.")),
        ("?return_to=/dashboard", Some("Sign in to continue.")),
        ("?return_to=//evil.example", None),
    ];
    for (query, why) in cases {
        let page = browser.get(&format!("/users/log-in{query}")).await.body;
        assert_eq!(page.contains("<p>Sign in to "), why.is_some(), "{query}: {page}");
        assert!(why.is_none_or(|why| page.contains(why)), "{query}: {page}");
    }
}

#[tokio::test]
async fn an_empty_field_is_named_and_costs_no_hash() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let cases: [(&str, &str, Refusal, &[&str]); 4] = [
        ("", "", Refusal::InvalidEmail, &["email", "password"]),
        (" ", PASSWORD, Refusal::InvalidEmail, &["email"]),
        (ADA, "", Refusal::PasswordMissing, &["password"]),
        ("nobody@example.com", "", Refusal::PasswordMissing, &["password"]),
    ];
    for (email, password, refusal, wrong) in cases {
        let browser = app.browser();
        let fields = [("email", email), ("password", password)];
        let (hashes, page) = app.hashes_in(browser.call("sign_in", &fields)).await;
        assert_eq!((hashes, page.refusal()), (0, Some(refusal)), "{email:?}");
        assert_eq!(page.wrong_fields(), wrong, "{email:?}");
        browser.post("sign_in", &fields).await;
        let page = browser.get("/users/log-in").await;
        assert_eq!(page.body.matches("aria-invalid=\"true\"").count(), wrong.len(), "{}", page.body);
    }
}

#[tokio::test]
async fn every_way_to_fail_looks_alike_and_costs_one_hash() {
    let app = TestApp::new().await;
    app.authenticated_browser("member@example.com").await;
    app.unverified_link("waiter@example.com").await;
    app.scheduled_browser("closed@example.com").await;
    let gone = app.scheduled_browser("erased@example.com").await;
    app.advance_clock(Span::days(15));
    app.settle().await;
    drop(gone);
    // The change was undone after a password was set: now the account has none.
    let undone = app.authenticated_browser("keyles@example.com").await;
    let undo = undone.change_email("keyles@elsewhere.example").await;
    let change = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    undone.post("change_password", &change).await;
    undone.post("undo_email_change", &[("token", &undo)]).await;
    app.settle().await;

    let long = "x".repeat(5_000);
    let mut shapes = Vec::new();
    for email in [
        "member@example.com",
        "nobody@example.com",
        "waiter@example.com",
        "closed@example.com",
        "erased@example.com",
        "keyles@example.com",
    ] {
        for password in [WRONG_PASSWORD, " ", long.as_str()] {
            let browser = app.browser();
            let fields = [("email", email), ("password", password)];
            let (hashes, page) = app.hashes_in(app.changes_nothing(browser.call("sign_in", &fields))).await;
            assert_eq!(hashes, 1, "{email}");
            assert_eq!(page.refusal(), Some(Refusal::WrongCredentials), "{email}");
            let (hashes, form) = app.hashes_in(browser.post("sign_in", &fields)).await;
            assert_eq!((hashes, form.sent_to().as_str()), (1, "/users/log-in"));
            assert_eq!(browser.draft(), Some((email.to_owned(), Some(Refusal::WrongCredentials))));
            shapes.push(page.shape(email) + &form.shape(email));
        }
    }
    assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:#?}");
    // Right, but the account has no password: the answer is the same.
    let page = app.browser().call("sign_in", &[("email", "keyles@example.com"), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn a_failure_is_recorded_for_the_account_or_for_nobody() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    for email in [ADA, "nobody@example.com", "no address"] {
        app.browser().post("sign_in", &[("email", email), ("password", WRONG_PASSWORD)]).await;
    }
    let expected = [
        "session.sign_in.failure by anyone of ada@example.com: wrong_credentials",
        "session.sign_in.failure by anyone: wrong_credentials",
        "session.sign_in.failure by anyone: wrong_credentials",
    ];
    assert_eq!(app.news().await, expected);
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn the_password_is_compared_whole_exact_and_in_nfc() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let set = " Pässw\u{00e9}rt lang genug \u{fb01}n ";
    browser.post("sign_up", &[("email", ADA), ("password", set)]).await;
    let decomposed = set.replace('\u{00e9}', "e\u{301}");
    for password in [set, decomposed.as_str()] {
        assert_eq!(browser.call("sign_in", &[("email", ADA), ("password", password)]).await.status, 200, "{password}");
    }
    let others = [set.trim(), &set.to_lowercase(), &set.replace('\u{fb01}', "fi"), &set[..set.len() - 1]];
    for password in others {
        let page = browser.call("sign_in", &[("email", ADA), ("password", password)]).await;
        assert_eq!(page.refusal(), Some(Refusal::WrongCredentials), "{password:?}");
    }
}

/// ASVS V6.2.10: no password has to be changed because of its age.
#[tokio::test]
async fn a_password_is_good_for_years() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.advance_clock(Span::days(3 * 365));
    let browser = app.browser();
    let page = browser.post("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(page.sent_to(), "/dashboard");
    assert_eq!(browser.follow(page).await.status, 200);
    assert!(browser.notice().is_none() && browser.is_signed_in().await);
}

#[tokio::test]
async fn a_planted_session_cookie_never_comes_alive() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let browser = app.browser();
    let planted = "A".repeat(43);
    browser.set_cookie(Name::Session, &planted);
    browser.sign_in(ADA, PASSWORD).await;
    assert_ne!(browser.session().as_deref(), Some(planted.as_str()));
    let attacker = app.browser();
    attacker.set_cookie(Name::Session, &planted);
    assert!(!attacker.is_signed_in().await);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_the_browser_had() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.authenticated_browser("eve@example.com").await;
    for email in [ADA, "eve@example.com"] {
        let before = browser.stolen_session();
        browser.sign_in(email, PASSWORD).await;
        assert!(browser.is_signed_in().await);
        assert!(!before.is_signed_in().await, "the old token is dead at once");
    }
    assert_eq!(app.sessions(ADA).await, 0);
}

#[tokio::test]
async fn a_new_device_is_told_to_the_owner_once() {
    let app = TestApp::new().await;
    let first = app.authenticated_browser(ADA).await;
    first.sign_in(ADA, PASSWORD).await;
    assert!(app.deliver().await.words().is_empty(), "the browser that signed up is known");
    let second = app.browser();
    second.sign_in(ADA, PASSWORD).await;
    let post = app.deliver().await;
    assert_eq!(post.words(), ["new_device to ada@example.com"]);
    let letter = &post.the(Kind::NewDevice).letter;
    assert!(letter.links.iter().all(|link| !link.contains("v1.")));
    assert!(letter.text.contains("\nDevice: Firefox on Linux\n"), "{}", letter.text);
    second.post("sign_out", &[]).await;
    second.sign_in(ADA, PASSWORD).await;
    assert!(app.deliver().await.words().is_empty());
}

/// The address is verified in a browser that the account has never been signed in to.
#[tokio::test]
async fn the_browser_that_verifies_is_known_from_then_on() {
    let app = TestApp::new().await;
    let (_, token) = app.unverified_link(ADA).await;
    let second = app.browser();
    let page = second.post("verify_email", &[("token", &token), ("password", PASSWORD)]).await;
    assert_eq!(page.sent_to(), "/dashboard");
    second.post("sign_out", &[]).await;
    second.sign_in(ADA, PASSWORD).await;
    assert!(app.deliver().await.words().is_empty());
    app.browser().sign_in(ADA, PASSWORD).await;
    assert_eq!(app.deliver().await.words(), ["new_device to ada@example.com"]);
}

#[tokio::test]
async fn a_letter_says_nothing_that_a_browser_made_up() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let mut other = app.browser();
    other.user_agent = "Call 555-EVIL, https://evil.example <b>".to_owned();
    other.sign_in(ADA, PASSWORD).await;
    let post = app.deliver().await;
    let letter = &post.the(Kind::NewDevice).letter;
    assert!(letter.text.contains("\nDevice: Unknown browser\n"));
    assert!(![&letter.text, &letter.html].iter().any(|part| part.to_lowercase().contains("evil")));
}

#[tokio::test]
async fn a_failed_or_unverified_sign_in_is_no_news() {
    let app = TestApp::new().await;
    app.unverified(ADA).await;
    app.browser().sign_in(ADA, PASSWORD).await;
    app.browser().post("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn each_status_ends_on_its_own_page() {
    let app = TestApp::new().await;
    app.unverified_link("new@example.com").await;
    app.scheduled_browser(ADA).await;
    for (email, to) in [("new@example.com", "/users/settings"), (ADA, "/users/reactivate")] {
        let fields = [("email", email), ("password", PASSWORD), ("return_to", "/dashboard")];
        assert_eq!(app.browser().post("sign_in", &fields).await.sent_to(), to);
    }
}

#[tokio::test]
async fn a_weaker_hash_is_rewritten_and_a_stronger_one_kept() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let hash = async || app.rows("SELECT password_hash FROM signet_users").await.remove(0);
    let stronger = app.again(|settings| settings.password.argon2 = Cost { m_kib: 128, t: 2, p: 1 });
    assert!(hash().await.contains("m=64,t=1"));
    stronger.browser().sign_in(ADA, PASSWORD).await;
    let rewritten = hash().await;
    assert!(rewritten.contains("m=128,t=2"), "{rewritten}");
    for process in [&app, &stronger] {
        process.browser().sign_in(ADA, PASSWORD).await;
        assert_eq!(hash().await, rewritten);
    }
    let stamp = app.rows("SELECT security_stamp FROM signet_users").await;
    assert_eq!(stamp, ["0"], "the password is the same, links stay alive");
}
