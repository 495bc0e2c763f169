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
        assert_eq!(app.count("signet_mail_links").await, 0, "{case}");
        let page = app.changes_nothing(app.browser().call("reset_password", &fields(&token))).await;
        assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{case}");
    }
}
