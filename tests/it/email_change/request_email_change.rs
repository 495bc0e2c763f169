//! `request_email_change`: opens a change to a new address, which has to confirm it.

use signet::{
    domain::{error::Refusal, outbox::Kind, time::Span},
    server::context::Notice,
    testing::{PASSWORD, TestApp, token_in},
};

const ADA: &str = "ada@example.com";
const NEW: &str = "new@example.com";

#[tokio::test]
async fn both_addresses_are_written_to_and_the_account_stays_as_it_is() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    let account = app.rows("SELECT * FROM signet_users").await;
    let page = browser.post("request_email_change", &[("new_email", NEW)]).await;
    assert_eq!(page.sent_to(), "/users/settings/email");
    let notice = Notice::EmailChangeRequested { new: NEW.to_owned(), old: ADA.to_owned() };
    assert_eq!(browser.notice(), Some(notice));
    assert_eq!(app.rows("SELECT * FROM signet_users").await, account);
    let sql = "SELECT old_email, new_email, state, stamp, expires_at - requested_at AS lasts FROM signet_email_changes";
    snapshot!(app.db.table(sql).await, @"
    old_email        new_email        state  stamp  lasts
    ada@example.com  new@example.com  open   0      86400
    ");
    assert_eq!(app.news().await, ["account.email_change_requested by person of ada@example.com"]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["confirm_email_change to new@example.com", "email_change_requested to ada@example.com"]);
    let to_old = &post.the(Kind::EmailChangeRequested).letter;
    assert!(to_old.text.contains("n•••@example.com") && !to_old.text.contains(NEW));
    let to_new = &post.the(Kind::ConfirmEmailChange).letter;
    assert!(!to_new.text.contains(ADA), "the new mailbox may be a stranger's");
    assert!(browser.is_signed_in().await && browser.has_sudo().await);
}

#[tokio::test]
async fn outside_sudo_the_form_is_kept() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.post("request_email_change", &[("new_email", NEW)]).await;
    // The draft survives the sudo page and is there when the person comes back.
    let back = [("password", PASSWORD), ("return_to", "/users/settings/email")];
    assert_eq!(browser.post("confirm_sudo", &back).await.sent_to(), "/users/settings/email");
    assert_eq!(browser.draft(), Some((NEW.to_owned(), None)));
    assert_eq!(app.count("signet_email_changes").await, 0, "nothing is replayed");
}

#[tokio::test]
async fn sudo_in_one_session_is_none_in_another() {
    let app = TestApp::new().await;
    let first = app.authenticated_browser(ADA).await;
    let second = app.signed_in(ADA, PASSWORD).await;
    first.sudo(PASSWORD).await;
    let page = app.changes_nothing(second.call("request_email_change", &[("new_email", NEW)])).await;
    assert_eq!(page.refusal(), Some(Refusal::SudoRequired));
}

#[tokio::test]
async fn free_taken_and_waiting_addresses_get_the_same_answer() {
    let app = TestApp::unlimited().await;
    app.authenticated_browser("taken@example.com").await;
    app.unverified_link("await@example.com").await;
    let browser = app.authenticated_browser("owner@example.com").await;
    browser.sudo(PASSWORD).await;
    for by_script in [false, true] {
        let mut shapes = Vec::new();
        for new in ["fresh@example.com", "taken@example.com", "await@example.com"] {
            let fields = [("new_email", new)];
            let work = async {
                if by_script {
                    browser.call("request_email_change", &fields).await
                } else {
                    browser.post("request_email_change", &fields).await
                }
            };
            let (hashes, page) = app.hashes_in(work).await;
            assert_eq!(hashes, 0);
            assert!(matches!(browser.notice(), Some(Notice::EmailChangeRequested { .. })), "{new}");
            let pending = app.rows("SELECT new_email FROM signet_email_changes WHERE state = 'open'").await;
            assert_eq!(pending, [new]);
            shapes.push(page.shape(new));
        }
        assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:#?}");
    }
}

/// In other capitals it is another mailbox on some servers, and no letter would tell the owner of the change.
#[tokio::test]
async fn the_account_s_own_address_is_refused_as_such_in_any_capitals() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser("Lower.Case@Example.com").await;
    browser.sudo(PASSWORD).await;
    app.news().await;
    for new in ["lower.case@example.com", "Lower.Case@Example.com", " LOWER.CASE@EXAMPLE.COM "] {
        let page = app.changes_nothing(browser.post("request_email_change", &[("new_email", new)])).await;
        assert_eq!(page.sent_to(), "/users/settings/email");
        assert_eq!(browser.draft(), Some((new.to_owned(), Some(Refusal::SameEmail))));
        let failure = "account.email_change_requested.failure by person of Lower.Case@Example.com: same_email";
        assert_eq!(app.news().await, [failure]);
    }
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(app.count("signet_email_changes").await, 0);
    assert_eq!(app.rows("SELECT email FROM signet_users").await, ["Lower.Case@Example.com"]);
    // An address that is not confirmed yet may have been mistyped in its capitals, too.
    let (waiting, _) = app.unverified("Eve@example.com").await;
    waiting.post("request_email_change", &[("new_email", "eve@example.com")]).await;
    assert_eq!(app.deliver().await.words(), ["confirm_address to eve@example.com"]);
}

#[tokio::test]
async fn the_owner_of_a_taken_address_is_told_and_no_link_exists() {
    let app = TestApp::new().await;
    app.authenticated_browser("taken@example.com").await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", "taken@example.com")]).await;
    let post = app.deliver().await;
    assert_eq!(
        post.words(),
        ["email_change_requested to ada@example.com", "email_change_to_taken to taken@example.com"]
    );
    let told = &post.the(Kind::EmailChangeToTaken).letter;
    assert!(!told.text.contains("v1.") && !told.text.contains(ADA));
}

#[tokio::test]
async fn a_newer_request_replaces_an_older_one() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (confirm, cancel) = browser.ask_for_change("first@example.com").await;
    browser.post("request_email_change", &[("new_email", "second@example.com")]).await;
    browser.post("request_email_change", &[("new_email", NEW)]).await;
    let post = app.deliver().await;
    // The unsent letters of the second change were deleted.
    assert_eq!(post.words(), ["confirm_email_change to new@example.com", "email_change_requested to ada@example.com"]);
    for (action, token) in [("confirm_email_change", &confirm), ("cancel_email_change_by_link", &cancel)] {
        let page = app.changes_nothing(browser.call(action, &[("token", token)])).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{action}");
    }
    let newest = post.token(Kind::ConfirmEmailChange);
    assert_eq!(browser.call("confirm_email_change", &[("token", &newest)]).await.status, 200);
    assert_eq!(app.rows("SELECT email FROM signet_users").await, [NEW]);
}

/// The page of the email has a button that requests the open change again.
#[tokio::test]
async fn the_link_of_an_open_change_is_sent_again_from_its_page() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let (first, _) = ada.ask_for_change(NEW).await;
    app.advance_clock(Span::minutes(5));
    let page = ada.get("/users/settings/email").await.body;
    assert!(page.contains(&format!("name=\"new_email\" value=\"{NEW}\"")) && page.contains("Resend"), "{page}");
    assert!(page.contains("Link sent 5 minutes ago, works until 16 January 2027, 08:00 UTC."), "{page}");
    let (second, _) = ada.ask_for_change(NEW).await;
    assert_ne!(first, second);
    assert_eq!(ada.call("confirm_email_change", &[("token", &first)]).await.refusal(), Some(Refusal::DeadLink));
    let page = ada.post("confirm_email_change", &[("token", &second)]).await;
    assert!(ada.follow(page).await.body.contains(&format!("value=\"{NEW}\"")), "the log-in page has it filled in");
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_kept_in_the_form() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    for new in [
        "",
        "new",
        "a@example.com,b@example.com",
        "x\r\nBcc: e@evil.example",
        "a\0b@example.com",
        "a\u{202e}@example.com",
    ] {
        let page = app.changes_nothing(browser.post("request_email_change", &[("new_email", new)])).await;
        assert_eq!(page.sent_to(), "/users/settings/email");
        assert_eq!(browser.draft(), Some((new.to_owned(), Some(Refusal::InvalidEmail))));
    }
    assert_eq!(
        app.news().await,
        ["account.email_change_requested.failure by person of ada@example.com: invalid_email"; 6]
    );
}

#[tokio::test]
async fn a_lookalike_domain_is_shown_for_what_it_is() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    let asked = browser.post("request_email_change", &[("new_email", "ada@p\u{430}ypal.com")]).await;
    let both = "ada@p\u{430}ypal.com (xn--pypal-4ve.com)";
    let page = browser.follow(asked).await;
    assert_eq!(page.body.matches(both).count(), 2, "in the notice and on the page: {}", page.body);
    assert!(browser.get("/users/settings").await.body.contains(both));
    assert!(browser.get("/users/settings/security-log").await.body.contains(both));
    let post = app.deliver().await;
    let letter = &post.the(Kind::EmailChangeRequested).letter;
    assert!(letter.text.contains("a•••@xn--"), "{}", letter.text);
    assert!(post.the(Kind::ConfirmEmailChange).letter.to.starts_with("ada@xn--"));
}

#[tokio::test]
async fn an_unverified_account_corrects_its_address_without_sudo() {
    let app = TestApp::new().await;
    let (browser, old) = app.unverified("typo@example.com").await;
    browser.post("resend_confirmation", &[]).await;
    let page = browser.post("request_email_change", &[("new_email", ADA)]).await;
    assert_eq!(page.sent_to(), "/users/settings/email");
    assert_eq!(browser.notice(), Some(Notice::EmailCorrected { new: ADA.to_owned() }));
    snapshot!(app.db.table("SELECT email, email_key, email_verified_at FROM signet_users").await, @"
    email            email_key        email_verified_at
    ada@example.com  ada@example.com  NULL
    ");
    assert_eq!(app.news().await, ["account.email_change_requested by person of ada@example.com"]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["confirm_address to ada@example.com"], "the unsent one to the old address is taken back");
    let page = app.changes_nothing(browser.call("verify_email", &[("token", &old)])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    let token = token_in(post.the(Kind::ConfirmAddress).url().unwrap()).to_owned();
    assert_eq!(browser.call("verify_email", &[("token", &token)]).await.status, 200);
    assert_eq!(app.count("signet_email_changes").await, 0);
}

#[tokio::test]
async fn correcting_to_any_address_looks_the_same() {
    let app = TestApp::new().await;
    app.authenticated_browser("taken@example.com").await;
    app.unverified_link("await@example.com").await;
    app.settle().await;
    let mut shapes = Vec::new();
    for (name, new, letter) in [
        ("typo1@example.com", "fresh@example.com", "confirm_address to fresh@example.com"),
        ("typo2@example.com", "taken@example.com", "already_registered to taken@example.com"),
        ("typo3@example.com", "await@example.com", "confirm_address to await@example.com"),
        ("typo4@example.com", "typo4@example.com", "confirm_address to typo4@example.com"),
    ] {
        let (browser, _) = app.unverified(name).await;
        let page = browser.post("request_email_change", &[("new_email", new)]).await;
        shapes.push(page.shape(new));
        assert_eq!(app.deliver().await.words(), [letter]);
        // The owner of a taken address keeps it, although another account waits for it.
        let owner = app.count(&format!("signet_users WHERE email = '{new}' AND email_verified_at IS NULL")).await;
        assert_eq!(owner, 1);
    }
    assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:#?}");
    app.browser().sign_in("taken@example.com", PASSWORD).await;
}
