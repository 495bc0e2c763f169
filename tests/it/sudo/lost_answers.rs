//! The answer of `confirm_sudo` is lost: the browser still has the token that the session had before.

use signet::{
    domain::{
        error::Refusal,
        time::{Span, Timestamp},
    },
    server::http::cookie::Name,
    testing::{Browser, OTHER_PASSWORD, PASSWORD, START, TestApp, people::source},
};

use super::confirm_sudo_by_code::mailed_code;
use crate::abroad::{ACME, Abroad, GITHUB, refusal};

const ADA: &str = "ada@example.com";
const PAGE: &str = "/users/settings/profile";

/// Confirms, and loses the answer: the browser keeps its token.
async fn confirm_unheard(browser: &Browser<'_>) {
    let before = browser.session().unwrap();
    browser.sudo(PASSWORD).await;
    browser.set_cookie(Name::Session, &before);
}

async fn reads(browser: &Browser<'_>) -> bool {
    browser.get(PAGE).await.status.is_success()
}

#[tokio::test]
async fn the_old_token_reads_for_thirty_seconds_to_the_second_and_is_not_in_sudo_mode() {
    for (late, works) in [(29, true), (30, true), (31, false)] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        confirm_unheard(&browser).await;
        app.clock.set(Timestamp(START.0 + late));
        let page = browser.get(PAGE).await;
        assert_eq!(page.status.is_success(), works, "{late}");
        if works {
            assert!(!page.body.contains("Identity confirmed until"), "{late}");
        } else {
            let page = browser.follow(page).await;
            assert!(page.body.contains("If you've just changed your password, use the new one."), "{late}");
        }
    }
}

#[tokio::test]
async fn it_confirms_again_under_a_third_token_as_often_as_answers_are_lost() {
    for by_script in [true, false] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        let first = browser.session().unwrap();
        confirm_unheard(&browser).await;
        let second = app.rows("SELECT token_hash FROM signet_sessions").await;
        confirm_unheard(&browser).await;
        app.advance_clock(Span::seconds(30));
        let fields = [("password", PASSWORD), ("return_to", PAGE)];
        let page = if by_script {
            browser.call("confirm_sudo", &fields).await
        } else {
            browser.post("confirm_sudo", &fields).await
        };
        assert_eq!(page.refusal(), None);
        assert_ne!(browser.session().unwrap(), first);
        assert_ne!(app.rows("SELECT token_hash FROM signet_sessions").await, second);
        assert!(browser.has_sudo().await);
        // The first token's time counts from its own replacement.
        browser.set_cookie(Name::Session, &first);
        assert!(reads(&browser).await);
        app.advance_clock(Span::seconds(1));
        assert!(!reads(&browser).await);
    }
}

#[tokio::test]
async fn another_browser_with_the_old_token_gets_nothing() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (copy, known) = (browser.stolen_session(), browser.stolen_session());
    known.set_cookie(Name::Device, &"7".repeat(64));
    browser.sudo(PASSWORD).await;
    for thief in [copy, known] {
        assert!(!reads(&thief).await);
        let page = app.changes_nothing(thief.call("confirm_sudo", &[("password", PASSWORD)])).await;
        assert_eq!(page.refusal(), Some(Refusal::SignInRequired));
    }
}

#[tokio::test]
async fn the_old_token_changes_nothing_but_leads_to_the_confirmation_and_back() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    confirm_unheard(&browser).await;
    let name = [("name", "Ada")];
    let page = app.changes_nothing(browser.call("update_profile", &name)).await;
    assert_eq!(page.refusal(), Some(Refusal::SudoRequired));
    let page = app.changes_nothing(browser.post("request_email_change", &[("new_email", "new@example.com")])).await;
    assert_eq!(page.sent_to(), "/users/sudo?return_to=/users/settings/email");
    let changed = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    let page = app.changes_nothing(browser.call("change_password", &changed)).await;
    assert_eq!(page.refusal(), Some(Refusal::SudoRequired));
    assert!(browser.call("confirm_sudo", &[("password", PASSWORD)]).await.refusal().is_none());
    assert!(browser.call("update_profile", &name).await.refusal().is_none());
    assert_eq!(app.rows("SELECT name FROM signet_users").await, ["Ada"]);
}

#[tokio::test]
async fn it_signs_out() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    confirm_unheard(&browser).await;
    browser.post("sign_out", &[]).await;
    assert_eq!(app.count("signet_sessions").await, 0);
    assert_eq!(app.count("signet_replaced_tokens").await, 0);
}

#[tokio::test]
async fn a_changed_password_ends_it_at_once() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let first = browser.session().unwrap();
    browser.sudo(PASSWORD).await;
    let second = browser.session().unwrap();
    let changed = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    assert!(browser.call("change_password", &changed).await.refusal().is_none());
    assert!(browser.is_signed_in().await);
    for old in [first, second] {
        browser.set_cookie(Name::Session, &old);
        let page = browser.get(PAGE).await;
        assert_eq!(page.sent_to(), "/users/log-in?return_to=/users/settings/profile");
        browser.set_cookie(Name::Session, &old);
    }
    assert_eq!(app.count("signet_replaced_tokens").await, 0);
}

#[tokio::test]
async fn the_sweep_removes_it_when_its_time_is_over() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    for (late, left) in [(30, 1), (31, 0)] {
        app.clock.set(Timestamp(START.0 + late));
        app.lifecycle.sweep().await.unwrap();
        assert_eq!(app.count("signet_replaced_tokens").await, left, "{late}");
    }
}

/// A double click: both answers carry a token, and whichever arrives last works.
#[tokio::test(flavor = "multi_thread")]
async fn two_confirmations_at_once_both_succeed_and_each_answer_goes_on() {
    let app = TestApp::new().await;
    for trial in 0..12 {
        let browser = app.authenticated_browser(&format!("ada{trial}@example.com")).await;
        let before = browser.viewer().await;
        let confirm = || {
            let (life, viewer) = (app.lifecycle.clone(), before.clone());
            async move { life.confirm_sudo(&source(), &viewer, PASSWORD.to_owned().into()).await }
        };
        let (one, two) = tokio::join!(tokio::spawn(confirm()), tokio::spawn(confirm()));
        let tokens = [one.unwrap().unwrap(), two.unwrap().unwrap()];
        let device = source().device;
        let mut seen = Vec::new();
        for token in &tokens {
            let (viewer, _) = app.lifecycle.visitor(token, device.as_ref()).await.unwrap().expect("still signed in");
            seen.push(viewer);
        }
        let in_sudo = seen.iter().filter(|viewer| viewer.is_sudo(app.now(), app.lifecycle.policy.sudo_ttl));
        assert_eq!(in_sudo.count(), 1, "trial {trial}: one token is the session's");
        for viewer in &seen {
            assert!(app.lifecycle.confirm_sudo(&source(), viewer, PASSWORD.to_owned().into()).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_used_code_is_repeated_once_by_the_token_that_it_replaced_and_by_no_other() {
    let world = Abroad::new().await;
    let ada = world.came_through(GITHUB).await;
    let code = mailed_code(&world, &ada).await;
    let token = world.life().confirm_sudo_by_code(&source(), &ada, &code).await.unwrap();
    let confirmed = world.sees(&token).await;
    let again = world.life().confirm_sudo_by_code(&source(), &confirmed, &code).await;
    assert_eq!(refusal(again), Refusal::WrongCode, "the new token");
    world.app.clock.set(START.plus(Span::seconds(30)));
    let third = world.life().confirm_sudo_by_code(&source(), &ada, &code).await.unwrap();
    assert_eq!(world.sees(&third).await.session.sudo_at, Some(START.plus(Span::seconds(30))));
    assert_eq!(refusal(world.life().confirm_sudo_by_code(&source(), &ada, &code).await), Refusal::WrongCode, "again");
    world.app.clock.set(START.plus(Span::seconds(31)));
    assert_eq!(refusal(world.life().confirm_sudo_by_code(&source(), &ada, &code).await), Refusal::SignInRequired);
}

#[tokio::test]
async fn a_wrong_code_ends_the_repetition() {
    let world = Abroad::new().await;
    let ada = world.came_through(GITHUB).await;
    let code = mailed_code(&world, &ada).await;
    world.life().confirm_sudo_by_code(&source(), &ada, &code).await.unwrap();
    for typed in ["00000000", &code] {
        let again = world.life().confirm_sudo_by_code(&source(), &ada, typed).await;
        assert_eq!(refusal(again), Refusal::WrongCode, "{typed}");
    }
}

/// A program of an earlier version changes the password and knows nothing of replaced tokens.
#[tokio::test]
async fn a_new_security_stamp_ends_it_whoever_raises_it() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    confirm_unheard(&browser).await;
    assert!(reads(&browser).await);
    app.db.run("UPDATE signet_users SET security_stamp = security_stamp + 1").await.unwrap();
    assert!(!reads(&browser).await);
    let page = app.changes_nothing(browser.call("confirm_sudo", &[("password", PASSWORD)])).await;
    assert_eq!(page.refusal(), Some(Refusal::SignInRequired));
}

#[tokio::test]
async fn the_old_token_confirms_again_at_the_provider_within_its_time() {
    for (late, works) in [(30, true), (31, false)] {
        let world = Abroad::new().await;
        let ada = world.came_through(ACME).await;
        let token = world.confirm(&ada, ACME).await.unwrap();
        world.app.clock.set(START.plus(Span::seconds(late)));
        let again = world.confirm(&ada, ACME).await;
        if works {
            let (life, device) = (world.life(), source().device);
            let seen = life.visitor(&token, device.as_ref()).await.unwrap();
            assert!(seen.is_some_and(|(viewer, _)| !viewer.is_sudo(world.app.now(), life.policy.sudo_ttl)));
            assert!(world.has_sudo(&world.sees(&again.unwrap()).await).await);
        } else {
            assert_eq!(refusal(again), Refusal::SignInRequired);
        }
    }
}
