//! `reset_password`: a new password by a mailed link.

use signet::{
    domain::{
        error::Refusal,
        time::{Span, Timestamp},
    },
    server::{context::Notice, lifecycle::RESET_PASSWORD_TTL},
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp},
};

use crate::unsent_links::UnsentLinks;

const ADA: &str = "ada@example.com";

/// The id of the row that a token names.
fn row_of(token: &str) -> &str {
    token.split('.').nth(2).unwrap()
}

fn fields(token: &str) -> [(&str, &str); 2] {
    [("token", token), ("new_password", OTHER_PASSWORD)]
}

#[tokio::test]
async fn the_new_password_counts_and_nobody_is_signed_in() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let browser = app.browser();
    let token = browser.ask_for_reset(ADA).await;
    let page = browser.post("reset_password", &fields(&token)).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    assert_eq!(browser.notice(), Some(Notice::PasswordReset));
    assert_eq!(browser.session(), None);
    assert_eq!(app.count("signet_sessions").await, 0);
    assert_eq!(app.news().await, ["account.password_reset by link of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["password_reset to ada@example.com"]);
    snapshot!(app.db.table("SELECT password_stamp, security_stamp FROM signet_users").await, @"
    password_stamp  security_stamp
    1               1
    ");
    let old = browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(old.refusal(), Some(Refusal::WrongCredentials));
    browser.sign_in(ADA, OTHER_PASSWORD).await;
}

#[tokio::test]
async fn every_session_ends_the_attackers_too() {
    let app = TestApp::new().await;
    let owner = app.authenticated_browser(ADA).await;
    let attacker = owner.stolen_session();
    let other = app.signed_in(ADA, PASSWORD).await;
    let token = owner.ask_for_reset(ADA).await;
    owner.post("reset_password", &fields(&token)).await;
    for browser in [&owner, &attacker, &other] {
        assert!(!browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn an_open_email_change_dies_with_its_links_and_its_unsent_letters() {
    for sent in [true, false] {
        let app = TestApp::new().await;
        let attacker = app.authenticated_browser(ADA).await;
        attacker.sudo(PASSWORD).await;
        attacker.post("request_email_change", &[("new_email", "evil@example.com")]).await;
        let links = if sent {
            let post = app.deliver().await;
            post.0.iter().map(|mail| signet::testing::token_in(mail.url().unwrap()).to_owned()).collect()
        } else {
            Vec::new()
        };
        let owner = app.browser();
        owner.post("request_password_reset", &[("email", ADA)]).await;
        let token = {
            // Only the reset letter is sent, as if the others were delayed.
            let id = app.rows("SELECT link_id FROM signet_letters WHERE kind = 'reset_password'").await.remove(0);
            app.reset_token(&id).await
        };
        app.news().await;
        owner.post("reset_password", &fields(&token)).await;
        assert_eq!(app.rows("SELECT state FROM signet_email_changes").await, ["cancelled"]);
        assert_eq!(app.deliver().await.words(), ["password_reset to ada@example.com"]);
        owner.sign_in(ADA, OTHER_PASSWORD).await;
        for link in links {
            for action in ["confirm_email_change", "cancel_email_change_by_link"] {
                let page = app.changes_nothing(owner.call(action, &[("token", &link)])).await;
                assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{action}");
            }
        }
    }
}

#[tokio::test]
async fn the_link_works_once_and_for_60_minutes() {
    for (late, works) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        app.authenticated_browser(ADA).await;
        let browser = app.browser();
        let token = browser.ask_for_reset(ADA).await;
        app.clock.set(Timestamp(START.plus(RESET_PASSWORD_TTL).0 + late));
        let page = browser.call("reset_password", &fields(&token)).await;
        assert_eq!(page.refusal(), (!works).then_some(Refusal::DeadLink), "{late}");
        app.news().await;
        let page = app.changes_nothing(browser.call("reset_password", &fields(&token))).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (410, Some(Refusal::DeadLink)));
        assert_eq!(app.news().await, ["account.password_reset.failure by link: dead_link"]);
    }
    assert_eq!(RESET_PASSWORD_TTL, Span::minutes(60));
}

#[tokio::test]
async fn a_refused_password_leaves_the_link_alive() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let token = browser.ask_for_reset(ADA).await;
    for (password, code) in
        [("short", "password_too_short"), ("password1234", "weak_password"), ("a\0bcdefghijklmn", "password_has_nul")]
    {
        let fields = [("token", token.as_str()), ("new_password", password)];
        let page = app.changes_nothing(browser.post("reset_password", &fields)).await;
        assert_eq!(page.sent_to(), format!("/users/reset-password/{token}"));
        assert_eq!(browser.draft().unwrap().1.map(Refusal::code), Some(code));
        let event = format!("account.password_reset.failure by link of {ADA}: {code}");
        assert_eq!(app.news().await, [event]);
    }
    assert_eq!(browser.call("reset_password", &fields(&token)).await.status, 200);
}

#[tokio::test]
async fn what_changes_the_account_meanwhile_kills_the_link() {
    for case in ["password", "email", "deletion", "undo"] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        let undo = if case == "undo" { browser.change_email("b@example.com").await } else { String::new() };
        let email = if case == "undo" { "b@example.com" } else { ADA };
        let token = app.browser().ask_for_reset(email).await;
        match case {
            "password" => {
                browser
                    .post(
                        "change_password",
                        &[("current_password", PASSWORD), ("new_password", "three Lemons 8 under glass")],
                    )
                    .await;
            }
            "email" => drop(browser.change_email("new@example.com").await),
            "undo" => drop(browser.post("undo_email_change", &[("token", &undo)]).await),
            _ => {
                browser.sudo(PASSWORD).await;
                browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
            }
        }
        assert_eq!(app.count(&format!("signet_mail_links WHERE id = '{}'", row_of(&token))).await, 0, "{case}");
        let page = app.changes_nothing(app.browser().call("reset_password", &fields(&token))).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{case}");
    }
}

/// Links providers by hand, each so many seconds before now.
async fn link(app: &TestApp, linked: &[(&str, i64)]) {
    for (provider, age) in linked {
        let sql = format!(
            "INSERT INTO signet_identities (id, user_id, provider, subject, stamp, linked_at) \
             SELECT '{provider}', id, '{provider}', id, 0, {} FROM signet_users",
            app.now().0 - age
        );
        app.db.run(&sql).await.unwrap();
    }
}

const THIRTY_DAYS: i64 = 30 * 86_400;

/// Whether the page shows a box for the provider, and whether the box is ticked.
fn tick_box(page: &str, provider: &str) -> Option<bool> {
    let boxes = page.split("<input").map(|rest| rest.split('>').next().unwrap());
    let own =
        boxes.filter(|tag| tag.contains("name=\"unlink[]\"")).find(|tag| tag.contains(&format!("\"{provider}\"")));
    own.map(|tag| tag.contains("checked"))
}

#[tokio::test]
async fn the_page_offers_to_unlink_what_was_linked_in_the_last_30_days() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    link(&app, &[("new", 0), ("month-old", THIRTY_DAYS), ("older", THIRTY_DAYS + 1)]).await;
    let browser = app.browser();
    let token = browser.ask_for_reset(ADA).await;
    let page = browser.get(&format!("/users/reset-password/{token}")).await;
    let found = ["new", "month-old", "older"].map(|provider| tick_box(&page.body, provider));
    assert_eq!(found, [Some(true), Some(true), None], "{}", page.body);
    assert!(page.body.contains("Unlink new, linked on 15 January 2027, 08:00 UTC"), "{}", page.body);
    let forged = browser.get(&format!("/users/reset-password/{}x", &token[..token.len() - 1])).await;
    assert!(!forged.body.contains("unlink"), "{}", forged.body);
}

#[tokio::test]
async fn the_ticked_providers_are_unlinked_by_a_form_and_by_our_script() {
    for by_script in [true, false] {
        for (ticked, left) in [
            (&[][..], &["acme", "bravo", "older"][..]),
            (&["bravo"], &["acme", "older"]),
            (&["acme", "bravo", "acme", "nothing", "' OR 1"], &["older"]),
        ] {
            let app = TestApp::new().await;
            app.authenticated_browser(ADA).await;
            link(&app, &[("acme", 1), ("bravo", 0), ("older", THIRTY_DAYS + 1)]).await;
            let browser = app.browser();
            let token = browser.ask_for_reset(ADA).await;
            let mut form = fields(&token).to_vec();
            form.extend(ticked.iter().map(|provider| ("unlink[]", *provider)));
            if by_script {
                assert_eq!(browser.call("reset_password", &form).await.status, 200);
            } else {
                assert_eq!(browser.post("reset_password", &form).await.sent_to(), "/users/log-in");
            }
            assert_eq!(app.rows("SELECT provider FROM signet_identities ORDER BY provider").await, left);
            let unlinked =
                app.count("signet_events WHERE event = 'account.provider_unlinked' AND actor = 'link'").await;
            assert_eq!(unlinked, 3 - i64::try_from(left.len()).unwrap());
            let post = app.deliver().await;
            let text = &post.the(signet::domain::outbox::Kind::PasswordReset).letter.text;
            let linked: Vec<_> = ["older", "acme", "bravo"].into_iter().filter(|id| left.contains(id)).collect();
            assert!(text.contains(&format!("signed in to with: {}.", linked.join(", "))), "{text}");
        }
    }
}

#[tokio::test]
async fn a_refused_form_keeps_its_ticks_and_unlinks_nothing() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let long = "a23456789-123456789-123456789-12";
    link(&app, &[("acme", 0), ("bravo", 0), (long, 0)]).await;
    let browser = app.browser();
    let token = browser.ask_for_reset(ADA).await;
    for ticked in [&[][..], &["bravo"], &["acme", long]] {
        let mut form = vec![("token", token.as_str()), ("new_password", "short")];
        form.extend(ticked.iter().map(|provider| ("unlink[]", *provider)));
        let refused = browser.post("reset_password", &form).await;
        let page = browser.follow(refused).await;
        for provider in ["acme", "bravo", long] {
            let expected = Some(ticked.contains(&provider));
            assert_eq!(tick_box(&page.body, provider), expected, "{provider}: {}", page.body);
        }
    }
    assert_eq!(app.count("signet_identities").await, 3);
    let page = browser.get(&format!("/users/reset-password/{token}")).await;
    assert_eq!(tick_box(&page.body, "acme"), Some(true), "the draft is shown once");
}

#[tokio::test]
async fn known_browsers_are_forgotten_but_the_one_that_resets() {
    let app = TestApp::new().await;
    let thief = app.authenticated_browser(ADA).await;
    let owner = app.browser();
    let token = owner.ask_for_reset(ADA).await;
    owner.post("reset_password", &fields(&token)).await;
    assert_eq!(app.count("signet_known_devices").await, 1);
    app.settle().await;
    owner.sign_in(ADA, OTHER_PASSWORD).await;
    assert!(app.deliver().await.words().is_empty());
    thief.sign_in(ADA, OTHER_PASSWORD).await;
    assert_eq!(app.deliver().await.words(), ["new_device to ada@example.com"]);
}

#[tokio::test]
async fn a_closed_account_is_kept_by_a_reset() {
    let app = TestApp::new().await;
    let thief = app.scheduled_browser(ADA).await;
    let owner = app.browser();
    owner.post("request_password_reset", &[("email", ADA)]).await;
    let post = app.deliver().await;
    let text = &post.the(signet::domain::outbox::Kind::ResetPassword).letter.text;
    assert!(text.contains("erased on 29 January 2027, 08:00 UTC. A new password keeps it."), "{text}");
    let token = post.token(signet::domain::outbox::Kind::ResetPassword);
    let page = owner.get(&format!("/users/reset-password/{token}")).await;
    assert!(page.body.contains("Setting a new password keeps it."), "{}", page.body);
    app.news().await;
    let page = owner.post("reset_password", &fields(&token)).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    assert_eq!(owner.notice(), Some(Notice::PasswordResetAndKept));
    assert!(!thief.is_signed_in().await);
    assert_eq!(
        app.news().await,
        ["account.deletion_cancelled by link of ada@example.com", "account.password_reset by link of ada@example.com"]
    );
    assert_eq!(
        app.deliver().await.words(),
        ["deletion_cancelled to ada@example.com", "password_reset to ada@example.com"]
    );
    assert_eq!(app.count("signet_users WHERE delete_at IS NULL AND deletion_scheduled_at IS NULL").await, 1);
    app.advance_clock(Span::days(20));
    assert!(app.deliver().await.words().is_empty(), "no reminder, no goodbye");
    owner.sign_in(ADA, OTHER_PASSWORD).await;
}

/// The account is due, and no worker has erased it yet.
#[tokio::test]
async fn a_closed_account_is_reset_until_it_is_erased() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.clock.set(START.plus(Span::days(14)));
    let owner = app.browser();
    owner.post("request_password_reset", &[("email", ADA)]).await;
    let id = app.rows("SELECT id FROM signet_mail_links WHERE purpose = 'reset'").await.remove(0);
    let token = app.reset_token(&id).await;
    app.settle().await;
    let page = app.changes_nothing(owner.call("reset_password", &fields(&token))).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink), "the worker was first");
}
