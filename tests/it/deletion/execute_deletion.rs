//! `execute_deletion`: only a worker executes, when the grace period is over.

use signet::{
    domain::{
        error::Refusal,
        id::UserId,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Error, deletion::Execution},
    testing::{OTHER_PASSWORD, PASSWORD, START, TestApp},
};

use crate::panics::Panics;

const ADA: &str = "ada.marker@example.com";
const GRACE: Span = Span::days(14);

/// Every row that contains the person's data.
async fn traces(app: &TestApp) -> Vec<String> {
    let mut lines = app.dump().await;
    lines.retain(|line| line.to_lowercase().contains("marker"));
    lines
}

#[tokio::test]
async fn it_happens_at_the_promised_second_and_not_before() {
    for (late, executed) in [(-1, false), (0, true), (1, true)] {
        let app = TestApp::new().await;
        app.scheduled_browser(ADA).await;
        app.clock.set(Timestamp(START.plus(GRACE).0 + late));
        let outcome = app.lifecycle.execute_deletion().await.unwrap();
        assert_eq!(outcome == Execution::Executed, executed, "{late}");
        assert_eq!(app.count("signet_users WHERE email IS NULL").await == 1, executed);
    }
}

#[tokio::test]
async fn it_is_recorded_the_log_stays_and_the_account_is_gone_for_everybody() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    let user = app.user(ADA).await;
    let events = app.count(&format!("signet_events WHERE user_id = '{user}'")).await;
    app.advance_clock(GRACE);
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(app.news().await, ["account.deletion_executed by worker of an erased account"]);
    assert_eq!(app.count(&format!("signet_events WHERE user_id = '{user}'")).await, events + 1, "the log stays");
    assert_eq!(app.deliver_what_is_left().await.words(), [format!("deletion_executed to {ADA}")]);
    let sql =
        "SELECT email, name, password_hash, email_verified_at, anonymized_at, deletion_retry_at FROM signet_users";
    snapshot!(app.db.table(sql).await, @"
    email  name  password_hash  email_verified_at  anonymized_at  deletion_retry_at
    NULL   NULL  NULL           NULL               1801209600     NULL
    ");
    assert!(!browser.is_signed_in().await);
    let page = browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn the_only_trace_until_the_goodbye_is_sent_is_its_own_row() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.advance_clock(GRACE);
    app.lifecycle.execute_deletion().await.unwrap();
    let traces = traces(&app).await;
    assert!(traces.iter().all(|line| line.contains("letters: ") && line.contains("deletion_executed")), "{traces:#?}");
    assert_eq!(traces.len(), 1);
}

#[tokio::test]
async fn twice_it_is_executed_once() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.advance_clock(GRACE);
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    let again = app.changes_nothing(app.lifecycle.execute_deletion()).await.unwrap();
    assert_eq!(again, Execution::NotDue);
    assert_eq!(app.deliver_what_is_left().await.words(), ["deletion_executed to ada.marker@example.com"]);
    assert_eq!(app.count("signet_events WHERE event = 'account.deletion_executed'").await, 1);
}

#[tokio::test]
async fn an_account_that_is_not_closed_is_never_executed() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.advance_clock(Span::days(365));
    let outcome = app.changes_nothing(app.lifecycle.execute_deletion()).await.unwrap();
    assert_eq!(outcome, Execution::NotDue);
    let cancelled = app.scheduled_browser("two@example.com").await;
    cancelled.post("cancel_deletion", &[]).await;
    app.advance_clock(Span::days(365));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
}

#[tokio::test]
async fn the_promised_date_holds_when_the_setting_changes() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    let hasty = app.again(|settings| settings.deletion.grace_period = Span::days(1));
    app.clock.set(START.plus(Span::days(13)));
    assert_eq!(hasty.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue);
}

#[tokio::test]
async fn the_address_is_free_again_and_inherits_nothing() {
    let app = TestApp::new().await;
    let old = app.authenticated_browser(ADA).await;
    old.post("update_profile", &[("name", "Ada")]).await;
    let undo = old.change_email("other@example.com").await;
    old.sudo(PASSWORD).await;
    old.post("schedule_deletion", &[("confirmation", "other@example.com")]).await;
    let gone = app.user("other@example.com").await;
    app.advance_clock(GRACE);
    app.settle().await;
    for email in [ADA, "other@example.com"] {
        let browser = app.browser();
        browser.post("sign_up", &[("email", email), ("password", OTHER_PASSWORD)]).await;
        let token = app.deliver().await.token(Kind::ConfirmAddress);
        assert_eq!(browser.post("verify_email", &[("token", &token)]).await.sent_to(), "/dashboard");
        let new = app.user(email).await;
        assert_ne!(new, gone);
        let account = format!("SELECT name, deletion_scheduled_at FROM signet_users WHERE id = '{new}'");
        snapshot!(app.db.table(&account).await, @"
        name  deletion_scheduled_at
        NULL  NULL
        ");
        let log = app.lifecycle.list_events(&browser.viewer().await, None, None).await.unwrap();
        assert_eq!(log.entries.len(), 2, "its own sign-up and verification");
    }
    let page = app.browser().call("undo_email_change", &[("token", &undo)]).await;
    assert_eq!(page.refusal(), Some(Refusal::DeadLink));
    assert_eq!(app.count("signet_users WHERE email IS NOT NULL").await, 2);
}

#[tokio::test]
async fn an_unverified_account_goes_without_a_goodbye() {
    let app = TestApp::new().await;
    let (browser, _) = app.unverified(ADA).await;
    browser.sudo(PASSWORD).await;
    browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
    app.settle().await;
    app.advance_clock(GRACE);
    assert!(app.deliver().await.words().is_empty());
    assert_eq!(app.count("signet_users WHERE email IS NOT NULL").await, 0);
    assert_eq!(traces(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn no_row_refers_to_nothing() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.advance_clock(GRACE);
    app.settle().await;
    for table in [
        "signet_sessions",
        "signet_api_tokens",
        "signet_mail_links",
        "signet_email_changes",
        "signet_known_devices",
        "signet_letters",
        "signet_events",
        "signet_event_context",
    ] {
        let orphans = format!("{table} WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id FROM signet_users)");
        assert_eq!(app.count(&orphans).await, 0, "{table}");
    }
}

/// Makes the database refuse to erase one account, as when its schema has an obstacle.
async fn refuse_to_erase(app: &TestApp, user: &UserId) {
    let condition = format!("NEW.id = '{user}' AND NEW.deleted_at IS NOT NULL");
    let sql = if app.db.is_postgres() {
        format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'in the way'; END $$; \
             CREATE TRIGGER in_the_way BEFORE UPDATE ON signet_users FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse()"
        )
    } else {
        format!(
            "CREATE TRIGGER in_the_way BEFORE UPDATE ON signet_users WHEN {condition} \
             BEGIN SELECT RAISE(ABORT, 'in the way'); END"
        )
    };
    app.db.run(&sql).await.unwrap();
}

/// Closes two accounts, one a second after the other, so that Ada's is erased first.
async fn ada_and_then_bob(app: &TestApp) -> (UserId, UserId) {
    for email in [ADA, "bob@example.com"] {
        app.scheduled_browser(email).await;
        app.advance_clock(Span::seconds(1));
    }
    (app.user(ADA).await, app.user("bob@example.com").await)
}

/// Erasing ada fails: she rests a minute, and meanwhile bob is erased.
async fn only_bob_is_erased(app: &TestApp, ada: &UserId, bob: &UserId) {
    let failed = app.lifecycle.execute_deletion().await;
    assert!(matches!(failed, Err(Error::Internal(_))), "{failed:?}");
    let now = app.now().0;
    let row = format!("SELECT deletion_retry_at - {now} AS rests, deleted_at FROM signet_users WHERE id = '{ada}'");
    snapshot!(app.db.table(&row).await, @"
    rests  deleted_at
    60     NULL
    ");
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(app.count(&format!("signet_users WHERE id = '{bob}' AND deleted_at IS NOT NULL")).await, 1);
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::NotDue, "it rests");
}

/// An error with one account delays no other: the account rests a minute after each try, and the check names it.
#[tokio::test]
async fn an_account_that_cannot_be_erased_lets_the_others_pass() {
    let app = TestApp::new().await;
    let (ada, bob) = ada_and_then_bob(&app).await;
    refuse_to_erase(&app, &ada).await;
    app.advance_clock(GRACE);
    only_bob_is_erased(&app, &ada, &bob).await;
    app.advance_clock(Span::minutes(5));
    let breaches = app.lifecycle.db.breaches(app.now()).await.unwrap();
    assert!(breaches.iter().any(|breach| breach.row == ada.as_str() && breach.what.contains("erasure fails")));
    app.lifecycle.execute_deletion().await.unwrap_err();
    let lift = if app.db.is_postgres() { "DROP TRIGGER in_the_way ON signet_users" } else { "DROP TRIGGER in_the_way" };
    app.db.run(lift).await.unwrap();
    app.advance_clock(Span::minutes(1));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(app.count("signet_users WHERE deletion_retry_at IS NOT NULL").await, 0);
}

/// A row that no version writes is an error of one account, too.
#[tokio::test]
async fn an_account_that_cannot_be_read_lets_the_others_pass() {
    let app = TestApp::new().await;
    let (ada, bob) = ada_and_then_bob(&app).await;
    app.db.run(&format!("UPDATE signet_users SET email = NULL, email_key = NULL WHERE id = '{ada}'")).await.unwrap();
    app.advance_clock(GRACE);
    only_bob_is_erased(&app, &ada, &bob).await;
    assert_eq!(app.count(&format!("signet_users WHERE id = '{ada}' AND deleted_at IS NULL")).await, 1);
}

/// A panic over one account is an error of that account.
#[tokio::test]
async fn an_account_whose_erasure_panics_lets_the_others_pass() {
    let app = TestApp::new().await;
    let (ada, bob) = ada_and_then_bob(&app).await;
    app.advance_clock(GRACE);
    let panics = Panics::at("erasure", 1..2);
    only_bob_is_erased(&app, &ada, &bob).await;
    assert_eq!(panics.reached(), 2);
    app.advance_clock(Span::minutes(1));
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
}

#[tokio::test]
async fn wherever_an_erasure_panics_its_account_rests_a_minute() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.advance_clock(GRACE);
    let row = "SELECT deletion_retry_at FROM signet_users WHERE deleted_at IS NULL";
    let mut rested = 0;
    for statement in 1.. {
        let panics = Panics::at("statement", statement..statement + 1);
        let life = app.lifecycle.clone();
        let outcome = tokio::spawn(async move { life.execute_deletion().await }).await;
        if panics.reached() < statement {
            assert!(matches!(outcome, Ok(Ok(_))), "{outcome:?}");
            break;
        }
        match app.rows(row).await.first().map(String::as_str) {
            // No account was claimed.
            Some("NULL") => assert!(outcome.unwrap_err().is_panic(), "{statement}"),
            Some(until) => {
                assert_eq!(until, app.now().plus(Span::minutes(1)).0.to_string(), "{statement}: {outcome:?}");
                assert!(matches!(outcome, Ok(Err(Error::Internal(_)))), "{statement}: {outcome:?}");
                rested += 1;
                app.advance_clock(Span::minutes(1));
            }
            // What is done after the commit.
            None => {}
        }
    }
    assert_eq!(app.count("signet_users WHERE deleted_at IS NOT NULL AND deletion_retry_at IS NULL").await, 1);
    assert!(rested > 10, "{rested}");
}
