//! `list_sessions`: the browsers of the account, and the limit on their number.

use axum::{body::Body, http::Method};
use signet::{
    domain::{sessions::MOST_SESSIONS, time::Span},
    server::lifecycle::sessions::{Seen, SessionEntry},
    testing::{
        Browser, PASSWORD, START, TestApp,
        people::{signed_in, verified},
    },
};

const ADA: &str = "ada@example.com";
const PATH: &str = "/users/settings/sessions";

async fn listed(browser: &Browser<'_>) -> Vec<SessionEntry> {
    browser.app.lifecycle.list_sessions(&browser.viewer().await).await.unwrap().sessions
}

fn seen(sessions: &[SessionEntry]) -> Vec<Seen> {
    sessions.iter().map(|session| session.seen).collect()
}

#[tokio::test]
async fn it_says_which_browser_where_and_when_the_last_used_first() {
    let app = TestApp::new().await;
    let mut phone = app.authenticated_browser(ADA).await;
    phone.user_agent = "curl/8.14.1 <b>evil.example</b>".to_owned();
    app.advance_clock(Span::days(1));
    phone.sign_in(ADA, PASSWORD).await;
    app.advance_clock(Span::minutes(9));
    let laptop = app.signed_in(ADA, PASSWORD).await;
    app.advance_clock(Span::minutes(2));
    let sessions = listed(&laptop).await;
    let (now, then) = (START.plus(Span::days(1)).plus(Span::minutes(9)), START.plus(Span::days(1)));
    assert_eq!(seen(&sessions), [Seen::Now, Seen::Within(Span::minutes(11))]);
    assert_eq!([&*sessions[0].browser, &*sessions[1].browser], ["Firefox on Linux", "Unknown browser"]);
    assert_eq!([sessions[0].signed_in_at, sessions[1].signed_in_at], [now, then]);
    let ips = [laptop.ip, phone.ip].map(|ip| Some(ip.to_string()));
    assert_eq!([sessions[0].ip.clone(), sessions[1].ip.clone()], ips);
    assert_eq!(sessions[0].id, laptop.viewer().await.session.id);
}

/// A session's use is noted at most every five minutes, so the page promises no more precision.
#[tokio::test]
async fn last_use_is_said_to_within_five_minutes() {
    let app = TestApp::new().await;
    let other = app.authenticated_browser(ADA).await;
    let ada = app.signed_in(ADA, PASSWORD).await;
    for (passed, within) in [(0, 300), (299, 300), (1, 300), (1, 301)] {
        app.advance_clock(Span::seconds(passed));
        let sessions = listed(&ada).await;
        let there = sessions.iter().find(|session| session.seen != Seen::Now).unwrap();
        assert_eq!(there.seen, Seen::Within(Span::seconds(within)));
    }
    drop(other);
}

#[tokio::test]
async fn sessions_that_are_over_are_neither_shown_nor_counted() {
    let app = TestApp::new().await;
    let old = app.authenticated_browser(ADA).await;
    let second = Span::seconds(1);
    app.advance_clock(Span::days(7));
    let ada = app.signed_in(ADA, PASSWORD).await;
    assert_eq!(listed(&ada).await.len(), 2, "good in its last second");
    app.advance_clock(second);
    assert_eq!(listed(&ada).await.len(), 1);
    assert_eq!(app.lifecycle.overview(&ada.viewer().await).await.unwrap().sessions, 1);
    assert_eq!(app.sessions(ADA).await, 2, "the row waits for the sweep");
    app.db.run(&format!("UPDATE signet_sessions SET last_seen_at = {}", app.now().0)).await.unwrap();
    assert_eq!(listed(&ada).await.len(), 2);
    app.clock.set(START.plus(Span::days(30)));
    app.db.run(&format!("UPDATE signet_sessions SET last_seen_at = {}", app.now().0)).await.unwrap();
    assert_eq!(listed(&ada).await.len(), 2, "good in its last second");
    app.advance_clock(second);
    assert_eq!(listed(&ada).await.len(), 1);
    drop(old);
}

#[tokio::test]
async fn the_page_shows_ones_own_and_no_secret_and_changes_nothing() {
    let app = TestApp::new().await;
    let eve = app.authenticated_browser("eve@example.com").await;
    let ada = app.authenticated_browser(ADA).await;
    let mut other = app.browser();
    other.user_agent = "Mozilla/5.0 (<script>alert(1)</script>\"'>) Firefox/1.0".to_owned();
    other.sign_in(ADA, PASSWORD).await;
    app.settle().await;
    let hashes = app.rows("SELECT token_hash FROM signet_sessions").await;
    app.advance_clock(Span::minutes(3));
    let before = app.dump().await;
    let page = ada.get(PATH).await;
    assert_eq!((page.status.as_u16(), ada.head(PATH).await.status.as_u16()), (200, 200));
    assert_eq!(app.dump().await, before, "reading is no change");
    for hash in hashes {
        assert!(!page.body.contains(hash.trim_start_matches("\\x")));
    }
    assert!(page.body.contains("This browser") && page.body.contains("In the last 5 minutes"));
    assert!(page.body.contains("aria-label=\"Revoke Firefox, signed in 15 January 2027, 08:00 UTC\""));
    assert!(!page.body.contains("<script>alert") && page.body.contains("Sign out other sessions"));
    let theirs = other.viewer().await.session.id;
    assert!(page.body.contains(theirs.as_str()));
    assert!(!page.body.contains(eve.viewer().await.session.id.as_str()));
    assert!(!page.body.contains(ada.viewer().await.session.id.as_str()), "its own needs no form");
    let alone = eve.get(PATH).await;
    assert!(!alone.body.contains("Sign out other sessions"));
    assert!(eve.get("/users/settings").await.body.contains(&format!("href=\"{PATH}\"")));
}

/// ASVS V7.1.2: with one session more than the limit, the one that was unused for longest ends.
#[tokio::test]
async fn one_session_too_many_ends_the_one_unused_for_longest() {
    let app = TestApp::new().await;
    let mut viewers = vec![verified(&app.lifecycle, ADA).await];
    for _ in 1..MOST_SESSIONS {
        app.advance_clock(Span::seconds(1));
        viewers.push(signed_in(&app.lifecycle, ADA).await);
    }
    assert_eq!(app.sessions(ADA).await, MOST_SESSIONS);
    let first = viewers[0].session.id.clone();
    app.db
        .run(&format!("UPDATE signet_sessions SET last_seen_at = {} WHERE id = '{first}'", app.now().0))
        .await
        .unwrap();
    let newest = signed_in(&app.lifecycle, ADA).await;
    assert_eq!(app.sessions(ADA).await, MOST_SESSIONS);
    let left = app.rows("SELECT id FROM signet_sessions").await;
    let gone: Vec<_> = viewers.iter().filter(|viewer| !left.contains(&viewer.session.id.to_string())).collect();
    assert_eq!(gone.iter().map(|viewer| &viewer.session.id).collect::<Vec<_>>(), [&viewers[1].session.id]);
    assert!(left.contains(&newest.session.id.to_string()));
    let shown = app.lifecycle.list_sessions(&newest).await.unwrap().sessions;
    assert_eq!(i64::try_from(shown.len()).unwrap(), MOST_SESSIONS);
}

/// A thief who only reads live pages is seen too, and the look keeps nothing alive.
#[tokio::test]
async fn a_session_that_only_refreshes_pages_is_shown_as_seen_and_ends_when_it_is_idle() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let thief = app.signed_in(ADA, PASSWORD).await;
    app.advance_clock(Span::hours(5));
    let look = || {
        let request = thief.request(Method::GET, PATH, "text/html").header("signet-live", "1");
        thief.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(look().await.status, 200);
    let looked = format!("signet_sessions WHERE looked_at = {}", app.now().0);
    for _ in 0..500 {
        if app.count(&looked).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert_eq!(app.count(&looked).await, 1);
    assert_eq!(app.count(&format!("signet_sessions WHERE last_seen_at = {}", app.now().0)).await, 0);
    let page = ada.get(PATH).await;
    assert!(page.body.contains("In the last 5 minutes") && !page.body.contains("In the last 5 hours"), "{}", page.body);
    app.clock.set(START.plus(Span::days(7)).plus(Span::seconds(1)));
    assert_eq!(look().await.status, 303, "idle for seven days");
}
