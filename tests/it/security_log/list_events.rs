//! `list_events`: the account's own security log, which no statement can rewrite.

use signet::{
    domain::{api_tokens::Scope, security_log::Group, time::Span},
    server::lifecycle::security_log::{SecurityLog, SecurityLogEntry},
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp, WRONG_PASSWORD},
};

const ADA: &str = "ada@example.com";

fn words(log: &SecurityLog) -> Vec<String> {
    let word = |entry: &SecurityLogEntry| {
        let failure = if entry.failure.is_some() { ".failure" } else { "" };
        format!("{}{failure}", entry.event.word())
    };
    log.entries.iter().map(word).collect()
}

#[tokio::test]
async fn it_shows_what_happened_newest_first_with_where_from() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.advance_clock(Span::minutes(1));
    let stranger = app.browser();
    stranger.post("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    let log = app.lifecycle.list_events(&browser.viewer().await, None, None).await.unwrap();
    assert_eq!(words(&log), ["session.sign_in.failure", "account.email_verified", "account.sign_up"]);
    let newest = &log.entries[0];
    assert_eq!(newest.at, START.plus(Span::minutes(1)));
    assert_eq!(newest.ip.as_deref(), Some(stranger.ip.to_string().as_str()));
    assert_eq!(newest.browser.as_deref(), Some("Firefox on Linux"));
    assert_eq!(newest.user_agent, None, "a stranger writes nothing to the owner");
    browser.post("update_profile", &[("name", "Ada")]).await;
    let log = app.lifecycle.list_events(&browser.viewer().await, None, None).await.unwrap();
    assert_eq!(log.entries[0].user_agent.as_deref(), Some(browser.user_agent.as_str()));
    assert_eq!(log.next_before, None);
}

#[tokio::test]
async fn nobody_sees_anybody_elses() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let eve = app.authenticated_browser("eve@example.com").await;
    ada.post("update_profile", &[("name", "Ada")]).await;
    let log = app.lifecycle.list_events(&eve.viewer().await, None, None).await.unwrap();
    assert_eq!(words(&log), ["account.email_verified", "account.sign_up"]);
}

#[tokio::test]
async fn it_comes_in_pages_of_fifty_that_miss_and_repeat_nothing() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    for number in 0..118 {
        browser.post("update_profile", &[("name", &format!("Ada {number}"))]).await;
    }
    let viewer = browser.viewer().await;
    let (mut before, mut sizes, mut all) = (None, Vec::new(), Vec::new());
    loop {
        let log = app.lifecycle.list_events(&viewer, before, None).await.unwrap();
        sizes.push(log.entries.len());
        all.extend(words(&log));
        before = log.next_before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(all.last().map(String::as_str), Some("account.sign_up"));
}

#[tokio::test]
async fn forged_places_in_the_log_show_nothing_of_others() {
    let app = TestApp::new().await;
    app.authenticated_browser("eve@example.com").await;
    let ada = app.authenticated_browser(ADA).await;
    for before in [i64::MIN, -1, 0, 1, 2, i64::MAX] {
        let log = app.lifecycle.list_events(&ada.viewer().await, Some(before), None).await.unwrap();
        assert!(log.entries.len() <= 2);
        let shown = |entry: &SecurityLogEntry| entry.detail.as_ref().map(ToString::to_string);
        assert!(log.entries.iter().all(|entry| shown(entry).as_deref() != Some("eve@example.com")));
    }
}

#[tokio::test]
async fn events_cannot_be_changed_or_removed() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let before = app.rows("SELECT * FROM signet_events").await;
    for sql in [
        "UPDATE signet_events SET failure = NULL",
        "UPDATE signet_events SET event = 'x' WHERE id = 1",
        "DELETE FROM signet_events",
        "DELETE FROM signet_events WHERE id = 1",
        "UPDATE signet_event_context SET ip = NULL",
        "DELETE FROM signet_event_context",
    ] {
        assert!(app.db.run(sql).await.is_err(), "{sql}");
    }
    assert_eq!(app.rows("SELECT * FROM signet_events").await, before);
}

#[tokio::test]
async fn a_browser_that_lies_about_itself_writes_one_line() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.user_agent = format!("x\t{}", "A".repeat(3_000));
    browser.post("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    let agents = app.rows("SELECT user_agent FROM signet_event_context").await;
    assert_eq!(agents.len(), 1);
    assert_eq!(agents[0].len(), 256);
    assert!(!agents[0].contains('\t'));
}

#[tokio::test]
async fn requests_of_one_log_line_are_joined_by_number() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.post("change_password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
    let requests = app.rows("SELECT DISTINCT request FROM signet_events").await;
    assert_eq!(requests.len(), 3, "each request has a number of its own");
    assert!(requests.iter().all(|number| number.parse::<i64>().unwrap() > 0));
}

#[tokio::test]
async fn one_group_is_shown_in_order_and_its_pages_keep_it() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    for number in 0..60 {
        ada.post("update_profile", &[("name", &format!("Ada {number}"))]).await;
        ada.post("confirm_sudo", &[("password", PASSWORD)]).await;
        ada.sign_in(ADA, PASSWORD).await;
    }
    let viewer = ada.viewer().await;
    let list = async |before, group| app.lifecycle.list_events(&viewer, before, Some(group)).await.unwrap();
    let sessions = list(None, Group::Sessions).await;
    assert_eq!(sessions.entries.len(), 50);
    assert_eq!(words(&sessions)[..3], ["session.sign_in", "session.sudo_confirmed", "session.sign_in"]);
    let rest = list(list(sessions.next_before, Group::Sessions).await.next_before, Group::Sessions).await;
    assert_eq!((rest.entries.len(), rest.next_before), (20, None));
    assert_eq!(list(None, Group::Account).await.entries.len(), 50);
    assert_eq!(words(&list(None, Group::Email).await), ["account.email_verified"]);
    assert!(list(None, Group::Export).await.entries.is_empty());

    let page = ada.get("/users/settings/security-log?kind=sessions").await;
    assert!(page.body.contains("Signed in") && !page.body.contains("Name changed"));
    let older = format!("?kind=sessions&amp;before={}", sessions.next_before.unwrap());
    assert!(page.body.contains(&older) || page.body.contains(&older.replace("&amp;", "&")), "{}", page.body);
    let page = ada.get("/users/settings/security-log?kind=export").await;
    assert!(page.body.contains("No events."));
}

#[tokio::test]
async fn an_address_that_is_not_understood_shows_the_newest_events() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let path = "/users/settings/security-log";
    for (query, status) in [
        ("?kind=nothing", 200),
        ("?kind=", 200),
        ("?kind=account&kind=email", 200),
        ("?before=x", 400),
        ("?before=", 400),
        ("?before=-1", 400),
        ("?before=0", 400),
        ("?before=9223372036854775808", 400),
        ("?before=1%27--&kind=%3Cb%3E", 400),
        ("?before=9223372036854775807", 200),
    ] {
        let page = ada.get(&format!("{path}{query}")).await;
        assert_eq!(page.status, status, "{query}");
        assert!(page.body.contains("Email confirmed") || query.contains("kind=account"), "{query}");
        assert!(!page.body.contains("<b>"), "{query}");
    }
}

#[tokio::test]
async fn the_page_tells_this_browser_from_others_and_reading_changes_nothing() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let other = app.signed_in(ADA, PASSWORD).await;
    ada.post("update_profile", &[("name", "Ada")]).await;
    app.browser().post("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    let before = app.dump().await;
    let page = ada.get("/users/settings/security-log").await;
    assert_eq!(before, app.dump().await);
    for words in ["This browser", "Another of your sessions", "Not signed in", "Firefox on Linux, 192.0.2."] {
        assert!(page.body.contains(words), "{words}");
    }
    let opener = "action=\"/users/settings/security-log/disown\"";
    assert_eq!(page.body.matches(opener).count(), 5, "every entry can be disowned");
    drop(other);
}

/// What a stranger's browser calls itself is shown in words of a closed list, to programs too.
#[tokio::test]
async fn a_stranger_cannot_write_into_the_owners_log() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let mut stranger = app.browser();
    stranger.user_agent = "call 555-0100 at once".to_owned();
    stranger.call("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    let page = ada.get("/users/settings/security-log").await;
    assert!(page.body.contains("Unknown browser") && !page.body.contains("555-0100"), "{}", page.body);
    let token = crate::api::token(&ada, Scope::Read).await;
    let events = crate::api::read(&app, "/api/v1/events", &token).await;
    assert!(!events.to_string().contains("555-0100"), "{events}");
}

/// The numbers of one's events say nothing about what happens on the rest of the site.
#[tokio::test]
async fn events_are_numbered_for_each_account() {
    let app = TestApp::new().await;
    for number in 0..5 {
        app.authenticated_browser(&format!("user{number}@example.com")).await;
    }
    let ada = app.authenticated_browser(ADA).await;
    let numbers = async |group| {
        let log = app.lifecycle.list_events(&ada.viewer().await, None, group).await.unwrap();
        log.entries.iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    ada.post("update_profile", &[("name", "Ada")]).await;
    assert_eq!(numbers(None).await, [3, 2, 1]);
    assert_eq!(numbers(Some(Group::Email)).await, [2]);
    let before_the_last = app.lifecycle.list_events(&ada.viewer().await, Some(3), None).await.unwrap();
    assert_eq!(before_the_last.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [2, 1]);
}

/// What only opened the reader's own sudo dialog is not news. In another session it may be a thief's attempt.
#[tokio::test]
async fn an_action_without_sudo_mode_is_shown_unless_it_was_the_readers_own() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let thief = app.signed_in(ADA, PASSWORD).await;
    thief.post("request_export", &[]).await;
    let path = "/users/settings/security-log";
    let refused = "Export request failed: identity not confirmed";
    assert!(ada.get(path).await.body.contains(refused));
    let page = thief.get(path).await.body;
    assert!(!page.contains(refused) && page.contains("Signed in"), "{page}");
    let page = thief.get(&format!("{path}?kind=export")).await.body;
    assert!(page.contains("No events."), "{page}");
}
