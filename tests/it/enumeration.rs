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

/// What the outside sees of one request for each address, and the work behind it.
type Seen = Vec<(&'static str, (String, u64, usize))>;

/// Checks that the answers and their hashes are alike; returns how many statements each took more or less than the
/// last.
fn differences(action: &str, all: &Seen, hashes: u64) -> Vec<(&'static str, isize)> {
    let (_, (shape, _, statements)) = all.last().unwrap();
    let more = |count: usize| isize::try_from(count).unwrap() - isize::try_from(*statements).unwrap();
    for (name, one) in all {
        assert_eq!((&one.0, one.1), (shape, hashes), "{action} {name}");
    }
    all.iter().map(|(name, one)| (*name, more(one.2))).filter(|(_, more)| *more != 0).collect()
}

/// Sends a form for each address, from a browser of its own.
async fn for_each(app: &TestApp, action: &str, hashes: usize) -> Seen {
    let mut all = Vec::new();
    for name in WHO {
        let email = format!("{name}@example.com");
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        all.push((name, seen(&app.browser(), action, &email, &fields[..=hashes]).await));
    }
    all
}

/// Uses up the letters that anyone can cause to each address.
async fn use_up_letters(app: &TestApp) {
    for _ in 0..3 {
        for_each(app, "request_password_reset", 0).await;
    }
}

/// A sign-up for an address that waits for its confirmation erases the account that waits. That takes more statements,
/// and there are at most as many such answers as there may be letters to an address (`docs/BEHAVIOUR.md`, rule 6).
const EVICTION: [(&str, isize); 1] = [("waiter", 21)];

#[tokio::test]
async fn signing_up_and_asking_for_a_reset_look_alike_whatever_account_the_address_has() {
    let app = everybody().await;
    assert_eq!(differences("reset", &for_each(&app, "request_password_reset", 0).await, 0), []);
    assert_eq!(differences("sign_up", &for_each(&app, "sign_up", 1).await, 1), EVICTION);
    let app = everybody().await;
    use_up_letters(&app).await;
    assert_eq!(differences("limited reset", &for_each(&app, "request_password_reset", 0).await, 0), []);
    assert_eq!(differences("limited sign_up", &for_each(&app, "sign_up", 1).await, 1), []);
}

/// Requests a change to each address. `asker` makes the browser that asks for a change to an address.
async fn changes<'a>(app: &'a TestApp, asker: impl AsyncFn(&str) -> Browser<'a>) -> Seen {
    let mut all = Vec::new();
    for name in WHO {
        let email = format!("{name}@example.com");
        let asker = asker(name).await;
        app.db.run("DELETE FROM signet_limits").await.unwrap();
        all.push((name, seen(&asker, "request_email_change", &email, &[("new_email", &email)]).await));
        app.settle().await;
    }
    all
}

#[tokio::test]
async fn a_change_to_any_address_costs_the_same_statements() {
    let app = everybody().await;
    app.authenticated_browser("asking@example.com").await.ask_for_change("before@example.com").await;
    let asker = async |_: &str| {
        let asker = app.signed_in("asking@example.com", PASSWORD).await;
        asker.sudo(PASSWORD).await;
        asker
    };
    assert_eq!(differences("change", &changes(&app, asker).await, 0), []);
}

/// The same for an account that corrects its own address, which it has not confirmed yet.
#[tokio::test]
async fn a_correction_to_any_address_costs_the_same_statements() {
    let app = everybody().await;
    let asker = async |name: &str| app.unverified(&format!("{name}@example.net")).await.0;
    assert_eq!(differences("correction", &changes(&app, asker).await, 0), EVICTION);
}

#[tokio::test]
async fn a_confirmation_again_costs_the_same_statements_whether_or_not_the_address_is_taken_by_now() {
    let app = everybody().await;
    let mut all = Vec::new();
    for name in ["member", "nobody"] {
        let (asker, _) = app.unverified(&format!("{name}@example.net")).await;
        // Another account has confirmed the address meanwhile.
        let moved = format!(
            "UPDATE signet_users SET email = '{name}@example.net', email_key = '{name}@example.net' \
             WHERE email = '{name}@example.com'"
        );
        app.db.run(&moved).await.unwrap();
        all.push((name, seen(&asker, "resend_confirmation", name, &[]).await));
    }
    assert_eq!(differences("resend", &all, 0), []);
}
