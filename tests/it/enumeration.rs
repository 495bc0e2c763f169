//! Nobody outside can tell which addresses have an account: the answers are the same, and so is the work behind them
//! (behaviour rule 6, checklist A06, A63; ASVS V6.3.8).

use signet::testing::{Browser, Fields, PASSWORD, TestApp, WRONG_PASSWORD};

use crate::panics::Panics;

/// Addresses of equal length, of an account in each state, and of none.
const WHO: [&str; 6] = ["member", "waiter", "closed", "erased", "no-pwd", "nobody"];

async fn everybody() -> TestApp {
    let app = TestApp::new().await;
    app.authenticated_browser("member@example.com").await;
    app.unverified_link("waiter@example.com").await;
    app.scheduled_browser("closed@example.com").await;
    app.authenticated_browser("no-pwd@example.com").await;
    app.db.run("UPDATE signet_users SET password_hash = NULL WHERE email = 'no-pwd@example.com'").await.unwrap();
    let erased = app.authenticated_browser("erased@example.com").await;
    let gone = "UPDATE signet_users SET email = NULL, email_key = NULL, email_verified_at = NULL, name = NULL, \
         password_hash = NULL, deleted_at = created_at, anonymized_at = created_at WHERE email = 'erased@example.com'";
    erased.post("sign_out", &[]).await;
    app.db.run(gone).await.unwrap();
    app.settle().await;
    app
}

/// What the outside sees of one request, and the work behind it: hashes and statements.
async fn seen(browser: &Browser<'_>, action: &str, email: &str, fields: Fields<'_>) -> (String, u64, usize) {
    let statements = Panics::at("statement", 0..0);
    let (hashes, page) = browser.app.hashes_in(browser.call(action, fields)).await;
    (page.shape(email), hashes, statements.reached())
}

#[tokio::test]
async fn a_wrong_password_costs_the_same_work_whatever_account_the_address_has() {
    let app = everybody().await;
    let mut all = Vec::new();
    for name in WHO {
        let email = format!("{name}@example.com");
        all.push(seen(&app.browser(), "sign_in", &email, &[("email", &email), ("password", WRONG_PASSWORD)]).await);
    }
    assert!(all.iter().all(|one| *one == all[0]), "{:?}", all.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_limited_sign_in_costs_the_same_work_whatever_account_the_address_has() {
    let app = everybody().await;
    let mut all = Vec::new();
    for name in WHO {
        let email = format!("{name}@example.com");
        for _ in 0..10 {
            app.browser().call("sign_in", &[("email", &email), ("password", WRONG_PASSWORD)]).await;
        }
        all.push(seen(&app.browser(), "sign_in", &email, &[("email", &email), ("password", PASSWORD)]).await);
    }
    assert!(all.iter().all(|one| *one == all[0]), "{:?}", all.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>());
}

#[tokio::test]
async fn signing_up_and_asking_for_a_reset_look_alike_whatever_account_the_address_has() {
    let app = everybody().await;
    for (action, hashes) in [("sign_up", 1), ("request_password_reset", 0)] {
        let mut all = Vec::new();
        for name in WHO {
            let email = format!("{name}@example.com");
            let fields = [("email", email.as_str()), ("password", PASSWORD)];
            all.push(seen(&app.browser(), action, &email, &fields[..=hashes]).await);
        }
        assert!(all.iter().all(|one| one.0 == all[0].0), "{action}");
        assert!(all.iter().all(|one| one.1 == u64::try_from(hashes).unwrap()), "{action}");
    }
}
