//! What one network, one account or one program may do.

use signet::{
    domain::{error::Refusal, limits::Rate, time::Span},
    server::http::flood_gate::FloodGate,
    testing::{PASSWORD, TestApp},
};

use super::{ADA, elsewhere, retry_after};

#[tokio::test]
async fn one_network_signs_up_ten_times_an_hour_and_asks_for_as_many_resets() {
    let app = TestApp::new().await;
    for number in 0..10 {
        let email = format!("new{number}@example.com");
        assert_eq!(elsewhere(&app, 1).call("sign_up", &[("email", &email), ("password", PASSWORD)]).await.status, 200);
        assert_eq!(elsewhere(&app, 1).call("request_password_reset", &[("email", &email)]).await.status, 200);
    }
    let fields = [("email", "more@example.com"), ("password", PASSWORD)];
    let (hashes, page) = app.hashes_in(elsewhere(&app, 1).call("sign_up", &fields)).await;
    assert_eq!((page.refusal(), hashes), (Some(Refusal::Limited { retry_after: 360 }), 0));
    assert_eq!(elsewhere(&app, 1).call("request_password_reset", &fields[..1]).await.status, 429);
    assert_eq!(elsewhere(&app, 2).call("sign_up", &fields).await.status, 200, "another network");
    app.advance_clock(Span::seconds(360));
    assert_eq!(
        elsewhere(&app, 1).call("sign_up", &[("email", "b@example.com"), ("password", PASSWORD)]).await.status,
        200
    );
}

#[tokio::test]
async fn a_network_that_opens_dead_links_is_stopped_before_it_finds_a_live_one() {
    let app = TestApp::new().await;
    let (_, token) = app.unverified_link(ADA).await;
    // The security log lists no more refusals of this network. Dead links count nevertheless.
    for _ in 0..25 {
        elsewhere(&app, 1).call("request_password_reset", &[("email", "no address")]).await;
    }
    for _ in 0..20 {
        assert_eq!(elsewhere(&app, 1).call("verify_email", &[("token", "v1.verify.x.y")]).await.status, 410);
    }
    for action in ["verify_email", "reset_password", "undo_email_change"] {
        let fields = [("token", token.as_str()), ("new_password", PASSWORD)];
        assert_eq!(elsewhere(&app, 1).call(action, &fields).await.status, 429, "{action}");
    }
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    assert_eq!(elsewhere(&app, 2).call("verify_email", &fields).await.status, 200);
}

#[tokio::test]
async fn a_user_acts_as_often_as_a_person_clicks() {
    let app = TestApp::with(|settings| settings.limits.actions_per_user.count = 3).await;
    let browser = app.authenticated_browser(ADA).await;
    for name in ["a", "b", "c"] {
        assert_eq!(browser.call("update_profile", &[("name", name)]).await.status, 200);
    }
    let page = browser.call("update_profile", &[("name", "d")]).await;
    assert_eq!((page.status.as_u16(), retry_after(&page)), (429, Some(100)));
    assert_eq!(app.rows("SELECT name FROM signet_users").await, ["c"]);
}

#[tokio::test]
async fn a_browser_sets_out_to_a_provider_twenty_times() {
    let app = TestApp::with_provider(|_| {}).await;
    let fields = [("provider", signet::testing::PROVIDER), ("ask", "sign_in"), ("return_to", "/dashboard")];
    for _ in 0..20 {
        assert_eq!(elsewhere(&app, 1).call("continue_with_provider", &fields).await.status, 200);
    }
    assert_eq!(elsewhere(&app, 1).call("continue_with_provider", &fields).await.status, 429);
    assert_eq!(app.count("signet_provider_attempts").await, 20);
}

#[tokio::test]
async fn a_flood_is_refused_before_the_database_and_says_when_to_come_back() {
    let mut app = TestApp::new().await;
    app.flood_gate(FloodGate::new(Rate { count: 3, period: Span::hours(1) }));
    let browser = elsewhere(&app, 1);
    for _ in 0..3 {
        assert_eq!(browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await.status, 401);
    }
    let page = app.changes_nothing(browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)])).await;
    assert_eq!(page.refusal(), Some(Refusal::Limited { retry_after: 1 }));
    assert_eq!((page.status.as_u16(), retry_after(&page)), (429, Some(1)));
    let page = browser.post("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert!(page.body.contains("Too many requests from your network."), "{}", page.body);
    assert_eq!(browser.get("/users/log-in").await.status, 200, "reading is free");
    assert_eq!(elsewhere(&app, 2).call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await.status, 401);
}
