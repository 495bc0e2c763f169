//! `disown_event`: "This wasn't me".

use axum::http::Method;
use signet::{
    domain::{
        api_tokens::Scope,
        error::Refusal,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::{context::Notice, crypto::api_token::ApiToken},
    testing::{
        Browser, OTHER_PASSWORD, PASSWORD, TestApp, WRONG_PASSWORD,
        people::{in_sudo, source, verified},
    },
};

use crate::{
    abroad::{ACME, Abroad, BRAVO, refusal},
    api::{ask, token},
};

const ADA: &str = "ada@example.com";
const PATH: &str = "/users/settings/security-log";

/// The newest event of the browser's account.
async fn newest(browser: &Browser<'_>) -> String {
    let log = browser.app.lifecycle.list_events(&browser.viewer().await, None, None).await.unwrap();
    log.entries[0].id.to_string()
}

#[tokio::test]
async fn everybody_else_is_shut_out_and_a_new_password_comes_next() {
    let app = TestApp::new().await;
    let eve = app.authenticated_browser("eve@example.com").await;
    let ada = app.authenticated_browser(ADA).await;
    let thief = app.signed_in(ADA, PASSWORD).await;
    let event = newest(&ada).await;
    let (confirm, _) = thief.ask_for_change("thief@example.com").await;
    let reset = thief.ask_for_reset(ADA).await;
    ada.sudo(PASSWORD).await;
    app.settle().await;
    let page = ada.post("disown_event", &[("event", &event)]).await;
    assert_eq!(page.sent_to(), "/users/settings/password");
    assert_eq!(ada.notice(), Some(Notice::EventDisowned { others: 1 }));
    assert!(ada.has_sudo().await && !thief.is_signed_in().await && eve.is_signed_in().await);
    assert_eq!(app.news().await, [format!("account.event_disowned by person of {ADA}")]);
    let detail = app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await;
    assert_eq!(detail, [r#"{"disowned":{"event":"session.sign_in","is_refused":false,"at":1800000000}}"#]);
    assert!(app.deliver().await.words().is_empty());
    let page = ada.call("confirm_email_change", &[("token", &confirm)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    let page = app.browser().call("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    let page = ada.get("/users/settings/password").await;
    assert!(
        page.body.contains("Your other sessions were signed out.") && page.body.contains("Choose a new password now.")
    );
    let page = ada.get(PATH).await;
    assert!(page.body.contains("Reported as not you") && page.body.contains("Signed in, 15 January 2027, 08:00 UTC"));
}

/// All tokens are revoked, because the thief's look like the owner's.
#[tokio::test]
async fn programs_are_shut_out_as_well() {
    let app = TestApp::new().await;
    let eve = app.authenticated_browser("eve@example.com").await;
    let ada = app.authenticated_browser(ADA).await;
    let thief = app.signed_in(ADA, PASSWORD).await;
    let eves = token(&eve, Scope::Read).await;
    let own = [token(&ada, Scope::Read).await, token(&thief, Scope::Write).await];
    let event = newest(&ada).await;
    let me = async |token: &ApiToken| ask(&app, Method::GET, "/api/v1/me", Some(token.expose())).await.status.as_u16();
    for token in &own {
        assert_eq!(me(token).await, 200);
    }
    assert_eq!(ada.call("disown_event", &[("event", &event)]).await.status, 200);
    for token in &own {
        assert_eq!(me(token).await, 401);
    }
    assert_eq!((me(&eves).await, app.count("signet_api_tokens").await), (200, 1));
}

/// Signet forgets every known browser except the one that asked: the next sign-in from another mails a letter.
#[tokio::test]
async fn other_browsers_are_new_again_and_this_one_is_known() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let thief = app.signed_in(ADA, PASSWORD).await;
    thief.sign_in(ADA, PASSWORD).await;
    assert!(app.deliver().await.words().is_empty(), "known by now");
    ada.sudo(PASSWORD).await;
    ada.post("disown_event", &[("event", &newest(&ada).await)]).await;
    assert_eq!(app.count("signet_known_devices").await, 1);
    ada.sign_in(ADA, PASSWORD).await;
    assert!(app.deliver().await.words().is_empty());
    thief.sign_in(ADA, PASSWORD).await;
    let post = app.deliver().await;
    assert_eq!(post.words(), [format!("new_device to {ADA}")]);
    assert!(post.the(Kind::NewDevice).letter.text.contains("\nDevice: Firefox on Linux\n"));
}

/// A browser without a device cookie gets one with the form, and is the known one.
#[tokio::test]
async fn a_browser_that_lost_its_device_cookie_is_known_afterwards() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let again = ada.stolen_session();
    again.post("disown_event", &[("event", &newest(&ada).await)]).await;
    again.sign_in(ADA, PASSWORD).await;
    assert!(app.deliver().await.words().is_empty());
    ada.sign_in(ADA, PASSWORD).await;
    assert_eq!(app.deliver().await.words(), [format!("new_device to {ADA}")]);
}

#[tokio::test]
async fn a_refused_attempt_of_a_stranger_can_be_disowned() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    app.browser().post("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    let event = newest(&ada).await;
    let page = ada.get(PATH).await;
    assert!(page.body.contains(&format!("name=\"event\" value=\"{event}\"")));
    let named = "This wasn&#x27;t me: Sign-in failed: wrong password, 15 January 2027, 08:00 UTC";
    assert!(page.body.contains(named) || page.body.contains(&named.replace("&#x27;", "'")));
    ada.sudo(PASSWORD).await;
    ada.post("disown_event", &[("event", &event)]).await;
    let detail = app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await;
    assert_eq!(detail, [r#"{"disowned":{"event":"session.sign_in","is_refused":true,"at":1800000000}}"#]);
    assert_eq!(ada.notice(), Some(Notice::EventDisowned { others: 0 }));
}

#[tokio::test]
async fn without_sudo_the_place_in_the_log_is_kept() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let event = newest(&ada).await;
    let cases =
        [(("sessions", "9"), "%26kind=sessions%26before=9"), (("", "x"), ""), (("//evil.example", "-1&x=//evil"), "")];
    for ((kind, before), query) in cases {
        let fields = [("event", &*event), ("kind", kind), ("before", before)];
        let page = app.changes_nothing(ada.post("disown_event", &fields)).await;
        assert_eq!(page.sent_to(), format!("/users/sudo?return_to={PATH}/disown?event={event}{query}"));
    }
}

/// One press on the log leads to a question, and changes nothing.
#[tokio::test]
async fn the_page_that_asks_names_the_event_and_what_will_happen() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    app.browser().post("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    ada.sudo(PASSWORD).await;
    let (newest, before) = (newest(&ada).await, app.dump().await);
    let refused: i64 = newest.parse::<i64>().unwrap() - 1;
    let page = ada.get(&format!("{PATH}/disown?event={refused}&kind=sessions&before=9")).await;
    assert_eq!((page.status.as_u16(), app.dump().await), (200, before));
    for words in [
        "Sign-in failed: wrong password, 15 January 2027, 08:00 UTC",
        "All your other sessions are signed out.",
        "A pending email change is cancelled.",
        "action=\"/api/disown_event\"",
        &format!("name=\"event\" value=\"{refused}\""),
        "name=\"before\" value=\"9\"",
        "href=\"/users/settings/security-log?kind=sessions&amp;before=9\"",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}

#[tokio::test]
async fn what_is_no_event_of_the_account_is_not_asked_about() {
    let app = TestApp::new().await;
    let eve = app.authenticated_browser("eve@example.com").await;
    eve.sudo(PASSWORD).await;
    let ada = app.authenticated_browser(ADA).await;
    let unknown = newest(&eve).await.parse::<i64>().unwrap() + 1;
    for event in ["", "x", "0", "-1", "9223372036854775807", "9223372036854775808", &unknown.to_string()] {
        let page = ada.get(&format!("{PATH}/disown?event={event}")).await;
        assert_eq!(page.status, 404, "{event}");
        assert!(!page.body.contains("disown_event"), "{event}");
    }
}

#[tokio::test]
async fn what_is_no_event_of_the_account_is_not_found() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    for _ in 0..30 {
        app.browser().call("sign_in", &[("email", "nobody@example.com"), ("password", "short")]).await;
    }
    ada.sudo(PASSWORD).await;
    app.news().await;
    let nobodys = app.rows("SELECT MAX(id) FROM signet_events WHERE user_id IS NULL").await.remove(0);
    for event in [&*nobodys, "", "0", "-1", "x", "1e3", " 1", "9223372036854775807", "9223372036854775808"] {
        let page = app.changes_nothing(ada.call("disown_event", &[("event", event)])).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (404, Some(Refusal::NotFound)), "{event}");
        assert_eq!(app.news().await, [format!("account.event_disowned.failure by person of {ADA}: not_found")]);
    }
}

/// A person whose only sign-in method is a provider is in sudo mode, and can set a password at once.
#[tokio::test]
async fn whoever_has_no_password_sets_one_next() {
    let world = Abroad::new().await;
    let there = world.came_through(ACME).await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    let event = world.life().list_events(&ada, None, None).await.unwrap().entries[0].id;
    assert_eq!(world.life().disown_event(&source(), &ada, &event.to_string()).await.unwrap(), 1);
    assert_eq!(world.app.count(&format!("signet_sessions WHERE id = '{}'", there.session.id)).await, 0);
    world.life().set_password(&source(), &ada, OTHER_PASSWORD.to_owned().into()).await.unwrap();
}

/// The event of linking a provider.
async fn linking_of(world: &Abroad, provider: &str) -> String {
    let sql = format!(
        "SELECT e.id FROM signet_events e JOIN signet_event_context c ON c.event_id = e.id \
         WHERE e.event = 'account.provider_linked' AND e.failure IS NULL AND c.detail = '{{\"provider\":\"{provider}\"}}'"
    );
    world.app.rows(&sql).await.remove(0)
}

#[tokio::test]
async fn a_login_that_was_linked_by_somebody_else_is_no_way_in_any_more() {
    let world = Abroad::new().await;
    let mut ada = in_sudo(world.life(), &verified(world.life(), ADA).await).await;
    for provider in [ACME, BRAVO] {
        world.link(&ada, provider).await.unwrap();
        ada = in_sudo(world.life(), &ada).await;
    }
    world.app.settle().await;
    let event = linking_of(&world, ACME).await;
    world.life().disown_event(&source(), &ada, &event).await.unwrap();
    assert_eq!(world.logins().await, ["bravo ada-1"]);
    assert_eq!(world.app.news().await, [format!("account.event_disowned by person of {ADA}")]);
    assert!(world.has_sudo(&ada).await);
    assert_eq!(refusal(world.sign_in(ACME).await), Refusal::LinkFirst);
    assert!(world.sign_in(BRAVO).await.is_ok());
    // The owner can disown a sign-in by a provider without unlinking the provider.
    let event = world.life().list_events(&ada, None, None).await.unwrap().entries[0].id;
    world.life().disown_event(&source(), &ada, &event.to_string()).await.unwrap();
    assert_eq!(world.logins().await, ["bravo ada-1"]);
}

/// Otherwise the owner would be shut out too. They set a password, and then unlink it.
#[tokio::test]
async fn a_disowned_login_that_is_the_last_way_in_stays() {
    let world = Abroad::new().await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    world.link(&ada, BRAVO).await.unwrap();
    let ada = world.in_sudo(&ada, ACME).await;
    world.life().unlink_provider(&source(), &ada, ACME).await.unwrap();
    let ada = world.in_sudo(&ada, BRAVO).await;
    let event = linking_of(&world, BRAVO).await;
    world.life().disown_event(&source(), &ada, &event).await.unwrap();
    assert_eq!(world.logins().await, ["bravo ada-1"]);
    assert!(world.has_sudo(&ada).await);
    let set = world.life().set_password(&source(), &ada, OTHER_PASSWORD.to_owned().into()).await.unwrap();
    let ada = world.sees(&set.token).await;
    let token = world.life().confirm_sudo(&source(), &ada, OTHER_PASSWORD.to_owned().into()).await.unwrap();
    let ada = world.sees(&token).await;
    world.life().unlink_provider(&source(), &ada, BRAVO).await.unwrap();
    assert_eq!(world.logins().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_event_that_says_so_goes_with_the_account() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("disown_event", &[("event", &newest(&ada).await)]).await;
    ada.post("schedule_deletion", &[("confirmation", ADA)]).await;
    app.settle().await;
    app.advance_clock(Span::days(14));
    app.settle().await;
    assert_eq!(app.count("signet_event_context WHERE detail IS NOT NULL").await, 0);
    assert_eq!(app.count("signet_events WHERE event = 'account.event_disowned'").await, 1);
    assert!(app.now() > Timestamp(0));
}
