//! Wrong passwords: one count for every form that asks for the password.

use signet::{
    domain::{error::Refusal, time::Span},
    testing::{OTHER_PASSWORD, PASSWORD, TestApp, WRONG_PASSWORD},
};

use super::{ADA, elsewhere, guessed, retry_after, signs_in};

#[tokio::test]
async fn after_ten_wrong_passwords_the_right_one_waits_and_nothing_is_hashed() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    assert_eq!(guessed(&app, ADA, 10).await, 401);
    let (hashes, page) = app.hashes_in(signs_in(&elsewhere(&app, 11), ADA, PASSWORD)).await;
    assert_eq!((page.status.as_u16(), hashes), (429, 0));
    assert!(retry_after(&page).is_some_and(|wait| (1..=30).contains(&wait)), "{:?}", page.headers);
    app.advance_clock(Span::seconds(29));
    assert_eq!(signs_in(&elsewhere(&app, 12), ADA, PASSWORD).await.status, 429);
    app.advance_clock(Span::seconds(1));
    assert_eq!(signs_in(&elsewhere(&app, 13), ADA, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn every_address_is_limited_alike_whatever_account_it_has() {
    let app = TestApp::new().await;
    app.authenticated_browser("member@example.com").await;
    app.scheduled_browser("closed@example.com").await;
    app.unverified_link("waiter@example.com").await;
    app.authenticated_browser("no-pwd@example.com").await;
    let sql = "UPDATE signet_users SET password_hash = NULL WHERE email = 'no-pwd@example.com'";
    app.db.run(sql).await.unwrap();
    let addresses = ["member", "closed", "waiter", "no-pwd", "nobody"].map(|name| format!("{name}@example.com"));
    let mut answers = Vec::new();
    for email in addresses.iter().map(String::as_str).chain(["no address; none a"]) {
        assert_eq!(guessed(&app, email, 10).await, 401, "{email}");
        let browser = elsewhere(&app, 11);
        let (hashes, page) = app.hashes_in(signs_in(&browser, email, WRONG_PASSWORD)).await;
        assert_eq!(hashes, 0);
        answers.push(page.shape(email));
        let page = browser.post("sign_in", &[("email", email), ("password", WRONG_PASSWORD)]).await;
        answers.push(page.shape(email));
    }
    assert!(answers.chunks(2).all(|answer| answer == &answers[..2]), "{answers:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_no_more_than_one_after_another() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let browsers: Vec<_> = (0..50).map(|number| elsewhere(&app, number)).collect();
    let guesses = browsers.iter().map(|browser| signs_in(browser, ADA, WRONG_PASSWORD));
    let (hashes, pages) = app.hashes_in(futures_util::future::join_all(guesses)).await;
    assert_eq!(hashes, 10);
    assert_eq!(pages.iter().filter(|page| page.status == 429).count(), 40);
}

#[tokio::test]
async fn the_forms_that_ask_for_the_password_count_together() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let change = [("current_password", WRONG_PASSWORD), ("new_password", OTHER_PASSWORD)];
    for _ in 0..4 {
        assert_eq!(signs_in(&browser, ADA, WRONG_PASSWORD).await.status, 401);
    }
    for _ in 0..3 {
        assert_eq!(browser.call("confirm_sudo", &[("password", WRONG_PASSWORD)]).await.status, 422);
        assert_eq!(browser.call("change_password", &change).await.status, 422);
    }
    assert_eq!(signs_in(&browser, ADA, PASSWORD).await.status, 429);
    assert_eq!(browser.call("confirm_sudo", &[("password", PASSWORD)]).await.status, 429);
    let change = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    assert_eq!(browser.call("change_password", &change).await.status, 429);
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn a_right_password_empties_the_count_and_another_process_counts_on() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    guessed(&app, ADA, 9).await;
    assert_eq!(signs_in(&elsewhere(&app, 20), ADA, PASSWORD).await.status, 200);
    guessed(&app, ADA, 9).await;
    let second = app.again(|_| {});
    assert_eq!(signs_in(&elsewhere(&second, 30), ADA, WRONG_PASSWORD).await.status, 401);
    for process in [&app, &second, &app.again(|_| {})] {
        assert_eq!(signs_in(&elsewhere(process, 31), ADA, PASSWORD).await.status, 429);
    }
}

#[tokio::test]
async fn strangers_shut_out_strangers_and_not_the_owners_browser() {
    let app = TestApp::new().await;
    let own = app.authenticated_browser(ADA).await;
    own.post("sign_out", &[]).await;
    for number in 0..100 {
        assert_eq!(signs_in(&elsewhere(&app, number), ADA, WRONG_PASSWORD).await.status, 401, "guess {number}");
        // Each wait is an hour at most.
        app.advance_clock(Span::hours(1));
    }
    let page = signs_in(&elsewhere(&app, 200), ADA, PASSWORD).await;
    assert_eq!(page.refusal(), Some(Refusal::TooManyFailures));
    assert_eq!((page.status.as_u16(), retry_after(&page)), (429, Some(3_600)));
    app.advance_clock(Span::days(2));
    assert_eq!(signs_in(&elsewhere(&app, 201), ADA, PASSWORD).await.status, 429);
    assert_eq!(signs_in(&own, ADA, PASSWORD).await.status, 200, "a known browser has a count of its own");
    assert_eq!(signs_in(&elsewhere(&app, 202), ADA, PASSWORD).await.status, 429);

    let token = elsewhere(&app, 203).ask_for_reset(ADA).await;
    let page =
        elsewhere(&app, 203).call("reset_password", &[("token", &token), ("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(page.status, 200);
    assert_eq!(signs_in(&elsewhere(&app, 204), ADA, OTHER_PASSWORD).await.status, 200, "a reset opens it again");
}

#[tokio::test]
async fn from_the_twentieth_failure_in_a_row_on_the_wait_doubles() {
    let app = TestApp::new().await;
    for number in 0..20 {
        assert_eq!(signs_in(&elsewhere(&app, number), ADA, WRONG_PASSWORD).await.status, 401);
        app.advance_clock(Span::seconds(30));
    }
    for (number, wait) in (20..).zip([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]) {
        // The twentieth wait of 30 seconds has just passed.
        let wait = if number == 20 { 0 } else { wait };
        let page = signs_in(&elsewhere(&app, number), ADA, WRONG_PASSWORD).await;
        assert_eq!(page.status, 401, "failure {number} after {wait}");
        let wait = signs_in(&elsewhere(&app, 100), ADA, WRONG_PASSWORD).await;
        let seconds = retry_after(&wait).unwrap();
        assert_eq!(seconds, 3_600.min(60 << (number - 20)), "after failure {number}");
        app.advance_clock(Span::seconds(seconds));
    }
}

#[tokio::test]
async fn a_household_shares_its_count_and_a_forged_header_changes_nothing() {
    let app = TestApp::new().await;
    let at = |ip: &str| {
        let mut browser = app.browser();
        browser.ip = ip.parse().unwrap();
        browser
    };
    for number in 0..10 {
        let page =
            signs_in(&at(&format!("2001:db8:1:1::{number}")), &format!("{number}@example.com"), WRONG_PASSWORD).await;
        assert_eq!(page.status, 401);
    }
    assert_eq!(signs_in(&at("2001:db8:1:1:ffff::1"), "x@example.com", WRONG_PASSWORD).await.status, 429);
    assert_eq!(signs_in(&at("2001:db8:1:2::1"), "x@example.com", WRONG_PASSWORD).await.status, 401);
    let forged = at("2001:db8:1:1::9").request(axum::http::Method::POST, "/api/sign_in", "application/json");
    let forged = forged
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://signet.example")
        .header("x-forwarded-for", "203.0.113.77")
        .body(axum::body::Body::from("email=x%40example.com&password=wrong"));
    assert_eq!(at("2001:db8:1:1::9").send(forged.unwrap()).await.status, 429);
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_wait_longer_than_a_period() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.advance_clock(Span::days(1));
    guessed(&app, ADA, 10).await;
    app.clock.set(signet::testing::START);
    assert_eq!(signs_in(&elsewhere(&app, 50), ADA, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn who_guesses_in_a_session_loses_it() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let thief = browser.stolen_session();
    for _ in 0..10 {
        assert_eq!(thief.call("confirm_sudo", &[("password", WRONG_PASSWORD)]).await.status, 422);
    }
    assert_eq!(thief.call("confirm_sudo", &[("password", PASSWORD)]).await.status, 429);
    assert!(!thief.is_signed_in().await);
}

#[tokio::test]
async fn who_guesses_slowly_in_a_session_loses_it_too() {
    let app = TestApp::new().await;
    let thief = app.authenticated_browser(ADA).await.stolen_session();
    for _ in 0..10 {
        assert_eq!(thief.call("confirm_sudo", &[("password", WRONG_PASSWORD)]).await.status, 422);
        app.advance_clock(Span::minutes(5));
    }
    assert_eq!(thief.call("confirm_sudo", &[("password", PASSWORD)]).await.status, 429);
    assert!(!thief.is_signed_in().await);
}

#[tokio::test]
async fn a_known_browser_ends_after_a_hundred_failures_in_a_row_and_a_reset_helps_it() {
    let app = TestApp::new().await;
    let known = app.authenticated_browser(ADA).await;
    known.post("sign_out", &[]).await;
    for number in 0..100 {
        assert_eq!(signs_in(&known, ADA, WRONG_PASSWORD).await.status, 401, "guess {number}");
        app.advance_clock(Span::hours(1));
    }
    assert_eq!(signs_in(&known, ADA, PASSWORD).await.refusal(), Some(Refusal::TooManyFailures));
    assert_eq!(signs_in(&elsewhere(&app, 1), ADA, PASSWORD).await.status, 200, "another browser has its own count");
    let token = known.ask_for_reset(ADA).await;
    known.call("reset_password", &[("token", &token), ("new_password", OTHER_PASSWORD)]).await;
    assert_eq!(signs_in(&known, ADA, OTHER_PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_text_with_nul_is_a_wrong_address_like_any_other() {
    let app = TestApp::new().await;
    for email in ["ada@example.com\0", "\0", "a\u{202e}@example.com"] {
        assert_eq!(signs_in(&elsewhere(&app, 1), email, WRONG_PASSWORD).await.status, 401, "{email:?}");
    }
}

#[tokio::test]
async fn a_limited_form_comes_back_as_it_was_typed() {
    let app = TestApp::new().await;
    guessed(&app, ADA, 10).await;
    let browser = elsewhere(&app, 11);
    let page = browser.post("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    let page = browser.follow(page).await;
    assert!(page.body.contains("Too many attempts. Try again in 30 seconds."), "{}", page.body);
    assert!(page.body.contains(&format!("value=\"{ADA}\"")), "{}", page.body);
    assert!(!page.body.contains(WRONG_PASSWORD));
}

#[tokio::test]
async fn confirming_an_address_with_a_password_counts_too() {
    let app = TestApp::new().await;
    let (_, token) = app.unverified_link(ADA).await;
    for number in 0..10 {
        let fields = [("token", token.as_str()), ("password", WRONG_PASSWORD)];
        assert_eq!(elsewhere(&app, number).call("verify_email", &fields).await.status, 422);
    }
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    assert_eq!(elsewhere(&app, 11).call("verify_email", &fields).await.status, 429);
}

#[tokio::test]
async fn rows_say_nothing_about_anybody_and_go_when_they_count_nothing() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    signs_in(&browser, ADA, WRONG_PASSWORD).await;
    guessed(&app, ADA, 3).await;
    let rows = app.rows("SELECT * FROM signet_limits").await.join("\n");
    // No hexadecimal digits only: the keys have many of those.
    for word in ["@", "example", "10.0.0", "192.0.2"] {
        assert!(!rows.contains(word), "{word} in {rows}");
    }
    app.advance_clock(Span::days(90));
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.count("signet_limits").await, 0);
}
