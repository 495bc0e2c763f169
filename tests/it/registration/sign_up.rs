//! `sign_up`: an unverified account, or a letter to the owner of the address.

use signet::{
    domain::{error::Refusal, outbox::Kind, time::Span},
    server::{context::Notice, lifecycle::deletion::Execution},
    testing::{OTHER_PASSWORD, PASSWORD, TestApp, invariants},
};

#[tokio::test]
async fn a_new_address_gets_an_unverified_account_and_a_confirm_link() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let page = browser.post("sign_up", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(page.sent_to(), "/users/register");
    assert_eq!(browser.notice(), Some(Notice::CheckInbox { email: "ada@example.com".to_owned() }));
    assert_eq!(browser.session(), None);
    let sql = "SELECT email, email_verified_at, name, deletion_scheduled_at FROM signet_users";
    snapshot!(app.db.table(sql).await, @"
    email            email_verified_at  name  deletion_scheduled_at
    ada@example.com  NULL               NULL  NULL
    ");
    assert_eq!(app.count("signet_sessions").await, 0);
    assert_eq!(app.news().await, ["account.sign_up by anyone of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["confirm_address to ada@example.com"]);
}

#[tokio::test]
async fn nobody_outside_can_tell_free_taken_waiting_and_own_addresses_apart() {
    let app = TestApp::new().await;
    app.authenticated_browser("taken@example.com").await;
    app.unverified_link("await@example.com").await;
    let own = app.authenticated_browser("owner@example.com").await;
    for by_script in [false, true] {
        let mut shapes = Vec::new();
        for email in ["fresh@example.com", "taken@example.com", "await@example.com", "TAKEN@example.com"] {
            let browser = app.browser();
            let fields = [("email", email), ("password", OTHER_PASSWORD)];
            let work = async {
                if by_script { browser.call("sign_up", &fields).await } else { browser.post("sign_up", &fields).await }
            };
            let (hashes, page) = app.hashes_in(work).await;
            assert_eq!(hashes, 1, "{email}");
            shapes.push(page.shape(email));
        }
        assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:#?}");
    }
    let free = own.post("sign_up", &[("email", "other@example.com"), ("password", OTHER_PASSWORD)]).await;
    let page = own.post("sign_up", &[("email", "owner@example.com"), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(page.shape("owner@example.com"), free.shape("other@example.com"));
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let app = TestApp::new().await;
    let cases: [(&str, &str, &[&str]); 4] = [
        ("ada@localhost", "tulip7", &["email", "new_password"]),
        ("ada@localhost", "password1234", &["email", "new_password"]),
        ("ada@localhost", OTHER_PASSWORD, &["email"]),
        ("ada@example.com", "tulip7", &["new_password"]),
    ];
    for (email, password, wrong) in cases {
        let browser = app.browser();
        let fields = [("email", email), ("password", password)];
        let page = app.changes_nothing(browser.call("sign_up", &fields)).await;
        assert_eq!(page.wrong_fields(), wrong, "{email} {password}");
        browser.post("sign_up", &fields).await;
        let page = browser.get("/users/register").await;
        assert_eq!(page.body.matches("aria-invalid=\"true\"").count(), wrong.len(), "{}", page.body);
        assert!(!page.body.contains(password), "{}", page.body);
    }
}

#[tokio::test]
async fn the_owner_of_a_taken_address_is_told_and_nothing_else_happens() {
    let app = TestApp::new().await;
    let owner = app.authenticated_browser("ada@example.com").await;
    let before = app.rows("SELECT * FROM signet_users").await;
    let stranger = app.browser();
    stranger.post("sign_up", &[("email", "Ada@example.com"), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(app.rows("SELECT * FROM signet_users").await, before);
    assert_eq!(app.news().await, ["account.sign_up.failure by anyone of ada@example.com: email_taken"]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["already_registered to ada@example.com"]);
    assert!(!post.the(Kind::AlreadyRegistered).letter.links.iter().any(|link| link.contains("v1.")));
    assert!(owner.is_signed_in().await);
    assert_eq!(app.count("signet_mail_links").await, 0);
}

#[tokio::test]
async fn a_later_sign_up_replaces_an_unverified_account_with_everything_it_had() {
    let app = TestApp::new().await;
    let (attacker, old_link) = app.unverified("victim@example.com").await;
    attacker.post("resend_confirmation", &[]).await;
    let old = app.user("victim@example.com").await;
    app.news().await;

    let victim = app.browser();
    victim.post("sign_up", &[("email", "victim@example.com"), ("password", OTHER_PASSWORD)]).await;
    let new = app.user("victim@example.com").await;
    assert_ne!(new, old);
    assert!(!attacker.is_signed_in().await);
    for table in
        ["signet_sessions", "signet_mail_links", "signet_letters", "signet_known_devices", "signet_event_context"]
    {
        assert_eq!(app.count(&format!("{table} WHERE user_id = '{old}'")).await, 0, "{table}");
    }
    let post = app.deliver().await;
    assert_eq!(post.words(), ["confirm_address to victim@example.com"]);
    assert_eq!(app.news().await, ["account.sign_up by anyone of victim@example.com"]);

    let refused = attacker.call("verify_email", &[("token", &old_link)]).await;
    assert_eq!(refused.refusal(), Some(Refusal::DeadLink));
    let page = attacker.call("sign_in", &[("email", "victim@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
    let token = post.token(Kind::ConfirmAddress);
    assert_eq!(victim.post("verify_email", &[("token", &token)]).await.sent_to(), "/dashboard");
}

/// A person closed the account before confirming it. The worker has nothing to do for it.
#[tokio::test]
async fn an_account_that_is_replaced_takes_its_deletion_with_it() {
    let app = TestApp::new().await;
    let (browser, _) = app.unverified("ada@example.com").await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", "ada@example.com")]).await;
    let old = app.user("ada@example.com").await;

    app.browser().post("sign_up", &[("email", "ada@example.com"), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(app.count(&format!("signet_users WHERE id = '{old}' AND delete_at IS NOT NULL")).await, 0);
    app.advance_clock(Span::days(14));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
    invariants::hold(&app.db, app.now()).await;
}

#[tokio::test]
async fn an_unsent_link_to_a_replaced_account_is_never_sent() {
    let app = TestApp::new().await;
    for password in [PASSWORD, OTHER_PASSWORD] {
        app.browser().post("sign_up", &[("email", "ada@example.com"), ("password", password)]).await;
    }
    assert_eq!(app.deliver().await.words(), ["confirm_address to ada@example.com"]);
}

#[tokio::test]
async fn a_refused_password_says_why_and_costs_no_hash() {
    let app = TestApp::new().await;
    let long = "x7".repeat(65);
    let huge = "x".repeat(2_000);
    let cases = [
        ("", "password_too_short"),
        ("elevenchars", "password_too_short"),
        ("😀😀😀😀😀😀😀😀😀😀😀", "password_too_short"),
        (long.as_str(), "password_too_long"),
        (huge.as_str(), "password_too_long"),
        ("plum\0Tractor violet 91", "password_has_nul"),
        ("password1234", "weak_password"),
        ("aaaaaaaaaaaaaaaa", "weak_password"),
        ("lovelace lovelace", "weak_password"),
    ];
    for (password, code) in cases {
        let browser = app.browser();
        let fields = [("email", "lovelace@example.com"), ("password", password)];
        let (hashes, page) = app.hashes_in(app.changes_nothing(browser.call("sign_up", &fields))).await;
        assert_eq!(page.status, 422, "{password:?}");
        assert_eq!(page.refusal().map(Refusal::code), Some(code), "{password:?}");
        assert_eq!(hashes, 0, "{password:?}");
        assert_eq!(app.news().await, [format!("account.sign_up.failure by anyone: {code}")], "{password:?}");
        assert_eq!(browser.post("sign_up", &fields).await.sent_to(), "/users/register");
        assert_eq!(app.news().await, [format!("account.sign_up.failure by anyone: {code}")], "{password:?}");
        let (typed, refusal) = browser.draft().unwrap();
        assert_eq!((typed.as_str(), refusal), ("lovelace@example.com", page.refusal()));
    }
    assert!(app.deliver().await.words().is_empty());
}

#[tokio::test]
async fn twelve_code_points_are_enough_and_128_are_not_too_many() {
    let app = TestApp::new().await;
    let longest: String = (0..128_u32).map(|n| char::from_u32(33 + n * 37 % 90).unwrap()).collect();
    for (email, password) in [("a@example.com", "xk3!Vt9éQw2z"), ("b@example.com", longest.as_str())] {
        assert_eq!(app.browser().call("sign_up", &[("email", email), ("password", password)]).await.status, 200);
    }
    assert_eq!(app.count("signet_users").await, 2);
}

#[tokio::test]
async fn what_is_no_single_plain_address_reaches_nobody() {
    let app = TestApp::new().await;
    let cases = [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@localhost",
        "v@example.com,e@evil.example",
        "v@example.com;e@evil.example",
        "v@example.com\ne@evil.example",
        "v@example.com e@evil.example",
        "v@example.com\0e@evil.example",
        "x\r\nBcc: e@evil.example",
        "ada\u{202e}@example.com",
        "m\u{131}ke@example.com",
        "\"a b\"@example.com",
        "Ada <ada@example.com>",
        "a@b@example.com",
    ];
    for email in cases {
        let browser = app.browser();
        let fields = [("email", email), ("password", PASSWORD)];
        for (action, event) in
            [("sign_up", "account.sign_up"), ("request_password_reset", "account.password_reset_requested")]
        {
            let page = app.changes_nothing(browser.call(action, &fields)).await;
            assert_eq!(page.refusal(), Some(Refusal::InvalidEmail), "{action} {email:?} {}", page.body);
            assert_eq!(app.news().await, [format!("{event}.failure by anyone: invalid_email")], "{email:?}");
        }
    }
    assert_eq!(app.count("signet_letters").await, 0);
}

#[tokio::test]
async fn doubled_and_unknown_fields_give_nobody_anything() {
    let app = TestApp::new().await;
    for fields in [
        [("email", "a@example.com"), ("email", "b@example.com"), ("password", PASSWORD)],
        [("email[]", "a@example.com"), ("email[]", "b@example.com"), ("password", PASSWORD)],
        [("email[0]", "a@example.com"), ("email[1]", "b@example.com"), ("password", PASSWORD)],
    ] {
        let page = app.browser().post("sign_up", &fields).await;
        assert_ne!(page.status, 500);
        assert!(app.deliver().await.words().len() <= 1, "{fields:?}");
    }
    let more = [
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("email_verified_at", "1"),
        ("id", "00000000000000000000000000000000"),
        ("name", "Eve"),
    ];
    app.browser().post("sign_up", &more).await;
    let sql =
        "SELECT email_verified_at, name FROM signet_users WHERE email = 'ada@example.com' AND id NOT LIKE '0000%'";
    snapshot!(app.db.table(sql).await, @"
    email_verified_at  name
    NULL               NULL
    ");
}

#[tokio::test]
async fn two_accounts_with_one_password_have_two_hashes() {
    let app = TestApp::new().await;
    for email in ["a@example.com", "b@example.com"] {
        app.browser().post("sign_up", &[("email", email), ("password", PASSWORD)]).await;
    }
    let hashes = app.rows("SELECT password_hash FROM signet_users").await;
    assert!(hashes.iter().all(|hash| hash.starts_with("$argon2id$v=19$")));
    assert_ne!(hashes[0], hashes[1]);
}
