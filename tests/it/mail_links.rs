//! Mailed links: what each token opens, and that any other token is the same dead link.

use signet::{
    domain::{error::Refusal, mail_token::Purpose, outbox::Kind},
    server::context::Notice,
    testing::{Browser, KEY, OTHER_PASSWORD, PASSWORD, TestApp, keys},
};

use crate::unsent_links::UnsentLinks;

const ADA: &str = "ada@example.com";

/// The endpoint of each purpose.
const fn endpoint(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::VerifyEmail => "verify_email",
        Purpose::ResetPassword => "reset_password",
        Purpose::ConfirmEmailChange => "confirm_email_change",
        Purpose::CancelEmailChange => "cancel_email_change_by_link",
        Purpose::UndoEmailChange => "undo_email_change",
        Purpose::KeepAccount => "keep_account",
    }
}

/// A live token of each purpose, and the browsers that may use it. The change that can be undone and the open one
/// belong to the same account; the unverified and the closed account are others.
struct Links<'a> {
    waiting: Browser<'a>,
    owner: Browser<'a>,
    tokens: Vec<(Purpose, String)>,
}

async fn links(app: &TestApp) -> Links<'_> {
    let owner = app.authenticated_browser(ADA).await;
    let undo = owner.change_email("ada.two@example.com").await;
    let reset = owner.ask_for_reset("ada.two@example.com").await;
    let (confirm, cancel) = owner.ask_for_change("ada.three@example.com").await;
    let (waiting, verify) = app.unverified("new@example.com").await;
    app.scheduled_browser("closed@example.com").await;
    let keep = app.keep_token().await;
    let tokens = vec![
        (Purpose::VerifyEmail, verify),
        (Purpose::ResetPassword, reset),
        (Purpose::ConfirmEmailChange, confirm),
        (Purpose::CancelEmailChange, cancel),
        (Purpose::UndoEmailChange, undo),
        (Purpose::KeepAccount, keep),
    ];
    Links { waiting, owner, tokens }
}

impl Links<'_> {
    /// The browser that may use a token of this purpose.
    const fn browser(&self, purpose: Purpose) -> &Browser<'_> {
        match purpose {
            Purpose::VerifyEmail => &self.waiting,
            _ => &self.owner,
        }
    }

    async fn is_dead(&self, app: &TestApp, purpose: Purpose, token: &str) {
        let fields = [("token", token), ("new_password", OTHER_PASSWORD)];
        let page = app.changes_nothing(self.browser(purpose).call(endpoint(purpose), &fields)).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (410, Some(Refusal::DeadLink)), "{purpose:?} {token}");
    }
}

#[tokio::test]
async fn a_token_opens_its_own_purpose_only() {
    let app = TestApp::unlimited().await;
    let links = links(&app).await;
    for (of, token) in &links.tokens {
        for purpose in Purpose::ALL.iter().copied().filter(|purpose| purpose != of) {
            links.is_dead(&app, purpose, token).await;
            // Not even when the token names that purpose.
            let relabelled = token.replacen(of.word(), purpose.word(), 1);
            links.is_dead(&app, purpose, &relabelled).await;
        }
    }
    for (purpose, token) in links.tokens.iter().take(4) {
        if *purpose == Purpose::ResetPassword || *purpose == Purpose::CancelEmailChange {
            continue;
        }
        let page = links.browser(*purpose).call(endpoint(*purpose), &[("token", token)]).await;
        assert_eq!(page.status, 200, "{purpose:?} was alive all the while");
    }
}

#[tokio::test]
async fn every_flipped_byte_kills_it() {
    let app = TestApp::unlimited().await;
    let links = links(&app).await;
    for (purpose, token) in &links.tokens {
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            // The last character of a MAC holds two unused bits; every other bit must matter.
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let forged = String::from_utf8(bytes).unwrap();
            let fields = [("token", forged.as_str()), ("new_password", OTHER_PASSWORD)];
            let page = links.browser(*purpose).call(endpoint(*purpose), &fields).await;
            assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{forged}");
        }
    }
    assert_eq!(app.count("signet_email_changes WHERE state = 'open'").await, 1);
    assert_eq!(app.count("signet_mail_links").await, 3);
}

#[tokio::test]
async fn malformed_and_huge_tokens_are_dead_links() {
    let app = TestApp::unlimited().await;
    let links = links(&app).await;
    let huge = "A".repeat(60_000);
    for purpose in Purpose::ALL.iter().copied() {
        let live = &links.tokens.iter().find(|(of, _)| *of == purpose).unwrap().1;
        let versioned = live.replacen("v1", "v2", 1);
        let (longer, upper) = (format!("{live}A"), live.to_uppercase());
        for token in [
            "",
            ".",
            "v1",
            "v1...",
            "%00",
            "\0",
            "v1.reset.x.y",
            &huge,
            &versioned,
            &longer,
            &upper,
            &live[..live.len() - 1],
        ] {
            links.is_dead(&app, purpose, token).await;
        }
    }
}

#[tokio::test]
async fn a_token_of_one_row_does_not_open_another() {
    let app = TestApp::unlimited().await;
    let (first, one) = app.unverified("one@example.com").await;
    let (_, two) = app.unverified("two@example.com").await;
    let row = two.split('.').nth(2).unwrap();
    let mac = one.rsplit('.').next().unwrap();
    let page = app.changes_nothing(first.call("verify_email", &[("token", &format!("v1.verify.{row}.{mac}"))])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
}

#[tokio::test]
async fn what_the_token_vouches_for_cannot_be_changed_behind_its_back() {
    for change in [
        "UPDATE signet_mail_links SET email = 'evil@example.com'",
        "UPDATE signet_mail_links SET expires_at = expires_at + 1",
        "UPDATE signet_mail_links SET stamp = stamp + 1",
        "UPDATE signet_users SET security_stamp = security_stamp + 1",
        "UPDATE signet_mail_links SET user_id = (SELECT id FROM signet_users WHERE email = 'eve@example.com')",
    ] {
        let app = TestApp::unlimited().await;
        app.authenticated_browser("eve@example.com").await;
        app.authenticated_browser(ADA).await;
        let browser = app.browser();
        let token = browser.ask_for_reset(ADA).await;
        app.db.run(change).await.unwrap();
        let fields = [("token", token.as_str()), ("new_password", OTHER_PASSWORD)];
        let page = app.changes_nothing(browser.call("reset_password", &fields)).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{change}");
    }
    for change in [
        "UPDATE signet_email_changes SET new_email = 'evil@example.com'",
        "UPDATE signet_email_changes SET expires_at = expires_at + 1",
        "UPDATE signet_email_changes SET stamp = stamp + 1",
        "UPDATE signet_users SET security_stamp = security_stamp + 1",
        "UPDATE signet_users SET email = 'other@example.com', email_key = 'other@example.com'",
    ] {
        let app = TestApp::unlimited().await;
        let browser = app.authenticated_browser(ADA).await;
        let (confirm, _) = browser.ask_for_change("new@example.com").await;
        app.db.run(change).await.unwrap();
        let page = app.changes_nothing(browser.call("confirm_email_change", &[("token", &confirm)])).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{change}");
    }
}

#[tokio::test]
async fn a_key_in_the_ring_keeps_its_links_alive_and_a_dropped_one_does_not() {
    const NEW_KEY: &str = "the second key of the tests: also 32 bytes";
    let app = TestApp::unlimited().await;
    let (_, old) = app.unverified_link(ADA).await;
    let rotated = app.again(|settings| settings.keys = keys(&[NEW_KEY, KEY]));
    let later = app.again(|settings| settings.keys = keys(&[NEW_KEY]));
    let fields = [("token", old.as_str()), ("password", PASSWORD)];
    let dead = later.browser().call("verify_email", &fields).await;
    assert_eq!(dead.refusal(), Some(Refusal::DeadLink));
    assert_eq!(rotated.browser().call("verify_email", &fields).await.status, 200);
    // New tokens are signed with the new key.
    rotated.browser().post("request_password_reset", &[("email", ADA)]).await;
    let token = rotated.deliver().await.token(Kind::ResetPassword);
    let fields = [("token", token.as_str()), ("new_password", OTHER_PASSWORD)];
    let dead = app.browser().call("reset_password", &fields).await;
    assert_eq!(dead.refusal(), Some(Refusal::DeadLink));
    assert_eq!(later.browser().call("reset_password", &fields).await.status, 200);
}

#[tokio::test]
async fn opening_a_link_any_number_of_times_changes_nothing() {
    let app = TestApp::unlimited().await;
    let links = links(&app).await;
    let stranger = app.browser();
    let before = app.dump().await;
    for (purpose, token) in &links.tokens {
        let path = format!("{}{token}", purpose.path());
        for browser in [links.browser(*purpose), &stranger] {
            for _ in 0..10 {
                browser.get(&path).await;
                browser.head(&path).await;
            }
            for (name, value) in [("purpose", "prefetch"), ("sec-purpose", "prefetch;prerender")] {
                let request = browser.request(axum::http::Method::GET, &path, "text/html").header(name, value);
                browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
            }
        }
    }
    assert_eq!(app.dump().await, before);
    let works = links.owner.call("confirm_email_change", &[("token", &links.tokens[2].1)]).await;
    assert_eq!(works.status, 200);
}

#[tokio::test]
async fn the_page_of_a_live_link_has_one_button_and_a_dead_one_says_so() {
    let app = TestApp::unlimited().await;
    let links = links(&app).await;
    let buttons = [
        "Confirm address",
        "Reset password",
        "Confirm new email",
        "Cancel the change",
        "Restore my email",
        "Keep my account",
    ];
    for ((purpose, token), button) in links.tokens.iter().zip(buttons) {
        let browser = links.browser(*purpose);
        let page = browser.get(&format!("{}{token}", purpose.path())).await;
        assert_eq!(page.status, 200, "{purpose:?}");
        assert!(page.body.contains(button), "{button}");
        assert_eq!(page.headers["referrer-policy"], "strict-origin");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(!page.set_cookies().iter().any(|line| line.contains("session")));
        let forged = format!("{}{}x", purpose.path(), &token[..token.len() - 1]);
        let dead = browser.get(&forged).await;
        assert!(dead.body.contains("This link no longer works"), "{forged}");
        assert!(!dead.body.contains(button), "{button}");
    }
}

/// A token of any length may come; an address of ours, which becomes a header, holds no more than a token can have.
#[tokio::test]
async fn a_token_of_60_kilobytes_is_not_sent_back() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let token = "x".repeat(60_000);
    for (action, fields) in [
        ("verify_email", vec![("token", token.as_str())]),
        ("reset_password", vec![("token", &token), ("new_password", "plum Tractor violet 92")]),
        ("cancel_email_change_by_link", vec![("token", &token)]),
        ("undo_email_change", vec![("token", &token)]),
    ] {
        let page = browser.post(action, &fields).await;
        assert!(page.sent_to().len() < 100, "{action}");
        assert!(browser.follow(page).await.body.contains("This link no longer works"), "{action}");
    }
}

/// On a shared computer the reader of a letter opens its link where another person is signed in.
#[tokio::test]
async fn a_link_that_another_account_s_browser_uses_says_whose_it_was() {
    let app = TestApp::unlimited().await;
    let links = links(&app).await;
    let bob = app.authenticated_browser("bob@example.com").await;
    let told = [
        (Purpose::ResetPassword, "a•••@example.com", Notice::PasswordReset),
        (Purpose::UndoEmailChange, "a•••@example.com", Notice::EmailRestored { email: ADA.to_owned() }),
        (Purpose::KeepAccount, "c•••@example.com", Notice::AccountKept),
    ];
    for (purpose, email, notice) in told {
        let token = &links.tokens.iter().find(|(of, _)| *of == purpose).unwrap().1;
        let fields = [("token", token.as_str()), ("new_password", OTHER_PASSWORD)];
        bob.post(endpoint(purpose), &fields).await;
        let (email, notice) = (email.to_owned(), Box::new(notice));
        assert_eq!(bob.notice(), Some(Notice::OfAnotherAccount { email, notice }), "{purpose:?}");
        let page = bob.get("/dashboard").await;
        assert!(page.body.contains(" still signed in to yours"), "{purpose:?}: {}", page.body);
        assert!(
            !page.body.contains("signed out everywhere; sign in") && !page.body.contains(ADA),
            "{purpose:?}: {}",
            page.body
        );
    }
    let cyd = app.authenticated_browser("cyd@example.com").await;
    let (_, cancel) = cyd.ask_for_change("cyd.two@example.com").await;
    bob.post("cancel_email_change_by_link", &[("token", &cancel)]).await;
    let (email, notice) = ("c•••@example.com".to_owned(), Box::new(Notice::EmailChangeCancelled));
    assert_eq!(bob.notice(), Some(Notice::OfAnotherAccount { email, notice }));
    // In the owner's own browser, and in one that is signed out, the notice is the owner's.
    let (_, cancel) = cyd.ask_for_change("cyd.two@example.com").await;
    cyd.post("cancel_email_change_by_link", &[("token", &cancel)]).await;
    assert_eq!(cyd.notice(), Some(Notice::EmailChangeCancelled));
    let reset = cyd.ask_for_reset("cyd@example.com").await;
    let nobody = app.browser();
    nobody.post("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(nobody.notice(), Some(Notice::PasswordReset));
}
