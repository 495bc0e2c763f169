//! Letters that anyone can cause: to one address, by one user, and on the whole site.

use signet::{
    domain::{error::Refusal, outbox::Kind, time::Span},
    server::lifecycle::{Error, RequestOrigin},
    testing::{OTHER_PASSWORD, PASSWORD, TestApp, token_in},
};
use tokio::task::JoinSet;

use super::{ADA, elsewhere};

/// An address without an account, as long as the other.
const BOB: &str = "bob@example.com";

#[tokio::test]
async fn ten_resets_make_three_letters_and_ten_equal_answers_and_the_owner_gets_one_more() {
    let app = TestApp::new().await;
    let own = app.authenticated_browser(ADA).await;
    app.advance_clock(Span::days(1));
    app.settle().await;
    let mut answers = Vec::new();
    for number in 0..10 {
        let browser = elsewhere(&app, number);
        answers.push(browser.call("request_password_reset", &[("email", ADA)]).await.shape(ADA));
        let browser = elsewhere(&app, 100 + number);
        answers.push(browser.call("request_password_reset", &[("email", BOB)]).await.shape(BOB));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let post = app.deliver().await;
    let letters = post.kinds().iter().filter(|kind| **kind == Kind::ResetPassword).count();
    assert_eq!(letters, 3);
    let first = token_in(post.0[0].url().unwrap()).to_owned();
    own.call("request_password_reset", &[("email", ADA)]).await;
    assert_eq!(app.deliver().await.kinds(), [Kind::ResetPassword], "the account knows this browser");
    let fields = [("token", first.as_str()), ("new_password", OTHER_PASSWORD)];
    assert_eq!(own.call("reset_password", &fields).await.status, 200, "the first link still works");
}

#[tokio::test]
async fn a_limited_sign_up_leaves_the_waiting_account_its_link_and_its_session() {
    let app = TestApp::new().await;
    let (owner, token) = app.unverified_link(ADA).await;
    for number in 0..2 {
        let fields = [("email", "bob@example.com"), ("password", PASSWORD)];
        assert_eq!(elsewhere(&app, number).call("sign_up", &fields).await.status, 200);
    }
    // The address has had one letter. Two more strangers use up its places and evict the account, as an unverified
    // account does not reserve its address; the last of them waits now.
    for number in 10..12 {
        elsewhere(&app, number).call("sign_up", &[("email", ADA), ("password", OTHER_PASSWORD)]).await;
    }
    app.settle().await;
    let waiting = app.user(ADA).await;
    let page = elsewhere(&app, 13).call("sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 200, "the usual answer");
    assert_eq!(app.user(ADA).await, waiting);
    assert_eq!(app.count("signet_mail_links").await, 2, "Ada's and Bob's");
    assert!(app.deliver().await.words().is_empty());
    drop((owner, token));
}

#[tokio::test]
async fn resending_correcting_and_a_taken_address_share_the_places_of_an_address() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.advance_clock(Span::days(1));
    let (eve, _) = app.unverified("eve@example.com").await;
    assert_eq!(eve.call("request_email_change", &[("new_email", ADA)]).await.status, 200);
    assert_eq!(eve.call("resend_confirmation", &[]).await.status, 200);
    assert_eq!(elsewhere(&app, 1).call("sign_up", &[("email", ADA), ("password", PASSWORD)]).await.status, 200);
    app.settle().await;
    assert_eq!(elsewhere(&app, 2).call("request_password_reset", &[("email", ADA)]).await.status, 200);
    assert_eq!(eve.call("resend_confirmation", &[]).await.status, 200, "the usual answer");
    assert_eq!(app.deliver().await.words(), Vec::<String>::new());
    let limited = app.count("signet_events WHERE failure = 'limited'").await;
    assert_eq!(limited, 2);
}

#[tokio::test]
async fn who_asks_for_many_letters_is_told_to_wait() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.sudo(PASSWORD).await;
    for number in 0..3 {
        let new = format!("new{number}@example.com");
        assert_eq!(browser.call("request_email_change", &[("new_email", &new)]).await.status, 200);
    }
    let page = browser.call("request_email_change", &[("new_email", "new4@example.com")]).await;
    assert_eq!(page.refusal(), Some(Refusal::Limited { retry_after: 1_200 }));
    assert_eq!(app.rows("SELECT new_email FROM signet_email_changes WHERE state = 'open'").await, ["new2@example.com"]);
}

#[tokio::test]
async fn who_may_ask_for_no_more_letters_uses_up_the_places_of_no_address() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.advance_clock(Span::days(1));
    let (eve, _) = app.unverified("eve@example.com").await;
    for new in ["a@example.com", "b@example.com", "c@example.com"] {
        assert_eq!(eve.call("request_email_change", &[("new_email", new)]).await.status, 200);
    }
    for _ in 0..5 {
        assert_eq!(eve.call("request_email_change", &[("new_email", ADA)]).await.status, 429);
    }
    app.settle().await;
    for number in 0..3 {
        elsewhere(&app, number).call("request_password_reset", &[("email", ADA)]).await;
    }
    assert_eq!(app.deliver().await.kinds(), [Kind::ResetPassword; 3]);
}

#[tokio::test]
async fn ones_own_letters_overtake_those_that_strangers_cause() {
    let app = TestApp::with(|settings| settings.limits.unsolicited_letters.count = 50).await;
    let browser = app.authenticated_browser(ADA).await;
    app.settle().await;
    let insert = "INSERT INTO signet_letters (id, user_id, kind, recipient, created_at, due_at, awaited, unsolicited) \
         SELECT 'stranger' || n, NULL, 'already_registered', 'x' || n || '@example.com', 0, 0, 1, 1 FROM ";
    let numbers = if app.db.is_postgres() {
        "generate_series(1, 1000) AS n"
    } else {
        "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) SELECT n FROM c)"
    };
    app.db.run(&format!("{insert}{numbers}")).await.unwrap();
    browser.call("change_password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
    app.lifecycle.send_letter(&app.transport).await.unwrap();
    assert_eq!(app.kept_letters().iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [ADA]);
}

#[tokio::test]
async fn what_is_more_than_the_site_sends_in_a_minute_waits_for_its_turn() {
    let app = TestApp::with(|settings| settings.limits.unsolicited_letters.count = 2).await;
    for number in 0..4 {
        let email = format!("new{number}@example.com");
        elsewhere(&app, number).call("sign_up", &[("email", &email), ("password", PASSWORD)]).await;
    }
    let start = app.now().0;
    let due = app.rows("SELECT due_at FROM signet_letters ORDER BY due_at, id").await;
    assert_eq!(due, [start, start, start + 30, start + 60].map(|due| due.to_string()));
}

#[tokio::test]
async fn a_flood_of_letters_ends_and_reset_links_overtake_it() {
    let app = TestApp::with(|settings| settings.limits.unsolicited_letters.count = 2).await;
    app.authenticated_browser(ADA).await;
    app.settle().await;
    for number in 0..60 {
        let email = format!("new{number}@example.com");
        assert_eq!(
            elsewhere(&app, number).call("sign_up", &[("email", &email), ("password", PASSWORD)]).await.status,
            200
        );
    }
    let last: i64 = app.rows("SELECT MAX(due_at) FROM signet_letters").await[0].parse().unwrap();
    assert!((14 * 60..=16 * 60).contains(&(last - app.now().0)), "{}", last - app.now().0);
    assert!(app.count("signet_letters").await < 40);
    elsewhere(&app, 100).call("request_password_reset", &[("email", ADA)]).await;
    let due = app.rows("SELECT due_at FROM signet_letters WHERE kind = 'reset_password'").await;
    assert_eq!(due, [app.now().0.to_string()]);
}

/// Each locks the count of the address and an account, some in the other order.
#[tokio::test(flavor = "multi_thread")]
async fn many_who_write_to_one_address_wait_for_each_other_and_all_get_their_answer() {
    let app = TestApp::with(|settings| settings.limits.letters_per_address.count = 1_000).await;
    let (waiting, _) = app.unverified(ADA).await;
    let viewer = waiting.viewer().await;
    let mut tasks = JoinSet::new();
    for number in 0..30 {
        let (life, viewer) = (app.lifecycle.clone(), viewer.clone());
        let source = RequestOrigin { ip: Some([10, 9, 0, number].into()), ..RequestOrigin::worker() };
        tasks.spawn(async move {
            match number % 3 {
                0 => life.sign_up(&source, ADA, PASSWORD.to_owned().into()).await,
                1 => life.request_password_reset(&source, ADA).await,
                _ => life.resend_confirmation(&source, &viewer).await,
            }
        });
    }
    for answer in tasks.join_all().await {
        // The session ends with its account, when a sign-up evicts it.
        let expected =
            matches!(answer, Ok(()) | Err(Error::Refused(Refusal::SignInRequired | Refusal::Limited { .. })));
        assert!(expected, "{answer:?}");
    }
}
