//! `confirm_email_change`: the new address becomes the account's.

use signet::{
    domain::{
        error::Refusal,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::context::Notice,
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp},
};

use crate::unsent_links::UnsentLinks;

const ADA: &str = "ada@example.com";
const NEW: &str = "new@example.com";

#[tokio::test]
async fn the_address_changes_everybody_is_signed_out_and_both_are_told() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    let reset = browser.ask_for_reset(ADA).await;
    let (confirm, _) = browser.ask_for_change(NEW).await;
    let copy = browser.stolen_session();

    let page = browser.post("confirm_email_change", &[("token", &confirm)]).await;
    assert_eq!(page.sent_to(), "/users/log-in");
    assert_eq!(browser.notice(), Some(Notice::EmailChanged { new: NEW.to_owned() }));
    assert_eq!(browser.session(), None);
    assert!(!copy.is_signed_in().await && !other.is_signed_in().await);
    assert_eq!(app.count("signet_sessions").await, 0);
    assert_eq!(app.count("signet_mail_links").await, 0);
    let sql = "SELECT email, email_key, email_verified_at, security_stamp FROM signet_users";
    snapshot!(app.db.table(sql).await, @"
    email            email_key        email_verified_at  security_stamp
    new@example.com  new@example.com  1800000000         1
    ");
    let changes = "SELECT state, undo_until - confirmed_at AS undo_for FROM signet_email_changes";
    snapshot!(app.db.table(changes).await, @"
    state      undo_for
    confirmed  604800
    ");
    assert_eq!(app.news().await, ["account.email_changed by person of new@example.com"]);
    let detail = app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await;
    assert_eq!(detail, [r#"{"email_change":{"old":"ada@example.com","new":"new@example.com"}}"#]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["email_changed_new to new@example.com", "email_changed_old to ada@example.com"]);
    assert!(post.the(Kind::EmailChangedOld).url().is_some());
    assert!(!post.the(Kind::EmailChangedOld).letter.text.contains(NEW));

    let page = browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
    browser.sign_in(NEW, PASSWORD).await;
    let page = browser.call("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
}

#[tokio::test]
async fn letters_that_were_still_to_be_sent_are_taken_back() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", NEW)]).await;
    let token = app.change_token(signet::domain::mail_token::Purpose::ConfirmEmailChange).await;
    browser.post("confirm_email_change", &[("token", &token)]).await;
    assert_eq!(
        app.deliver().await.words(),
        ["email_changed_new to new@example.com", "email_changed_old to ada@example.com"]
    );
}

#[tokio::test]
async fn signed_out_the_person_signs_in_first_and_comes_back() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (confirm, _) = browser.ask_for_change(NEW).await;
    let stranger = app.browser();
    let page = app.changes_nothing(stranger.call("confirm_email_change", &[("token", &confirm)])).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (401, Some(Refusal::SignInRequired)));
    let page = app.changes_nothing(stranger.post("confirm_email_change", &[("token", &confirm)])).await;
    let back = format!("/users/settings/confirm-email/{confirm}");
    assert_eq!(page.sent_to(), format!("/users/log-in?return_to={back}"));
    let fields = [("email", ADA), ("password", PASSWORD), ("return_to", back.as_str())];
    assert_eq!(stranger.post("sign_in", &fields).await.sent_to(), back);
    assert_eq!(stranger.call("confirm_email_change", &[("token", &confirm)]).await.status, 200);
}

#[tokio::test]
async fn another_account_is_refused_and_nothing_changes() {
    let app = TestApp::new().await;
    let eve = app.authenticated_browser("eve@example.com").await;
    let browser = app.authenticated_browser(ADA).await;
    let (confirm, _) = browser.ask_for_change(NEW).await;
    let page = app.changes_nothing(eve.call("confirm_email_change", &[("token", &confirm)])).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (403, Some(Refusal::OtherUser)));
    assert!(page.set_cookies().is_empty());
    assert_eq!(app.news().await, ["account.email_changed.failure by person of eve@example.com: other_user"]);
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(browser.call("confirm_email_change", &[("token", &confirm)]).await.status, 200);
}

#[tokio::test]
async fn the_link_works_once_and_for_24_hours() {
    for (late, works) in [(-1, true), (0, true), (1, false)] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        let (confirm, _) = browser.ask_for_change(NEW).await;
        app.clock.set(Timestamp(START.plus(Span::hours(24)).0 + late));
        let page = browser.call("confirm_email_change", &[("token", &confirm)]).await;
        assert_eq!(page.refusal(), (!works).then_some(Refusal::DeadLink), "{late}");
        let now = if works { NEW } else { ADA };
        assert_eq!(app.rows("SELECT email FROM signet_users").await, [now]);
        browser.sign_in(now, PASSWORD).await;
        app.news().await;
        let page = app.changes_nothing(browser.call("confirm_email_change", &[("token", &confirm)])).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (410, Some(Refusal::DeadLink)));
        assert_eq!(app.news().await, [format!("account.email_changed.failure by person of {now}: dead_link")]);
    }
}

#[tokio::test]
async fn an_address_that_somebody_verified_meanwhile_is_theirs() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (confirm, _) = browser.ask_for_change(NEW).await;
    app.authenticated_browser(NEW).await;
    let page = app.changes_nothing(browser.call("confirm_email_change", &[("token", &confirm)])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert!(browser.is_signed_in().await);
    assert_eq!(app.rows("SELECT email FROM signet_users ORDER BY email").await, [ADA, NEW]);
}

#[tokio::test]
async fn an_address_that_somebody_only_signed_up_with_is_taken_over() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let (confirm, _) = browser.ask_for_change(NEW).await;
    let (squatter, link) = app.unverified(NEW).await;
    assert_eq!(browser.call("confirm_email_change", &[("token", &confirm)]).await.status, 200);
    assert!(!squatter.is_signed_in().await);
    let page = squatter.call("verify_email", &[("token", &link)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert_eq!(app.rows("SELECT email FROM signet_users WHERE email IS NOT NULL").await, [NEW]);
    browser.sign_in(NEW, PASSWORD).await;
}

#[tokio::test]
async fn a_credential_change_since_the_request_kills_the_link() {
    for case in ["password", "reset", "undo", "deletion"] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser("zero@example.com").await;
        let undo = browser.change_email(ADA).await;
        let (confirm, cancel) = browser.ask_for_change(NEW).await;
        let mut email = ADA;
        match case {
            "password" => {
                browser
                    .post("change_password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)])
                    .await;
            }
            "reset" => {
                let token = browser.ask_for_reset(ADA).await;
                browser.post("reset_password", &[("token", &token), ("new_password", OTHER_PASSWORD)]).await;
                browser.sign_in(ADA, OTHER_PASSWORD).await;
            }
            "undo" => {
                browser.post("undo_email_change", &[("token", &undo)]).await;
                email = "zero@example.com";
                let reset = app.deliver().await.token(Kind::ResetPassword);
                browser.post("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
                browser.sign_in(email, OTHER_PASSWORD).await;
            }
            _ => {
                browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
                browser.sign_in(ADA, PASSWORD).await;
                browser.post("cancel_deletion", &[]).await;
            }
        }
        for (action, token) in [("confirm_email_change", &confirm), ("cancel_email_change_by_link", &cancel)] {
            let page = app.changes_nothing(browser.call(action, &[("token", token)])).await;
            assert_eq!(page.refusal(), Some(Refusal::DeadLink), "{case} {action}");
        }
        assert_eq!(app.rows("SELECT email FROM signet_users").await, [email], "{case}");
    }
}

/// People type the new address, which has no account yet.
#[tokio::test]
async fn page_and_letter_say_with_which_address_to_sign_in() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser("owner@example.com").await;
    browser.sudo(PASSWORD).await;
    browser.post("request_email_change", &[("new_email", NEW)]).await;
    let post = app.deliver().await;
    let confirm = post.token(Kind::ConfirmEmailChange);
    let letter = &post.the(Kind::ConfirmEmailChange).letter.text.replace('\n', " ");
    assert!(letter.contains("use your current address, o•••@example.com."), "{letter}");
    let stranger = app.browser();
    let refused = stranger.get(&format!("/users/settings/confirm-email/{confirm}")).await;
    let page = stranger.follow(refused).await;
    assert!(page.body.contains("o•••@example.com") && page.body.contains("the address you have now"), "{}", page.body);
    assert!(!page.body.contains("owner@example.com"));
    // A token that opens nothing tells nothing.
    for dead in [format!("{confirm}x"), "x".to_owned()] {
        let refused = stranger.get(&format!("/users/settings/confirm-email/{dead}")).await;
        let page = stranger.follow(refused).await;
        assert!(!page.body.contains("the address you have now"), "{dead}");
    }
}
