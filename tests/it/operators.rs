//! What an operator does to an account, and what its owner learns of it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use signet::{
    domain::{error::Refusal, operator::OperatorReason, outbox::Kind, time::Span},
    server::lifecycle::{Error, Lifecycle},
    testing::{
        PASSWORD, START, TestApp,
        people::{link, source},
    },
};
use tempfile::TempDir;

use crate::settings::signet;

const ADA: &str = "ada@example.com";
const WHY: &str = "You asked for it by phone.";

fn why() -> OperatorReason {
    OperatorReason::parse(WHY).unwrap()
}

/// What the log says of the account since the last look: actor, event and detail.
async fn details(app: &TestApp) -> String {
    app.db.table("SELECT actor, event, failure, ip, detail FROM signet_security_log WHERE actor = 'operator'").await
}

#[tokio::test]
async fn signing_out_ends_sessions_and_tokens_and_tells_the_owner_why() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.signed_in(ADA, PASSWORD).await;
    browser.sudo(PASSWORD).await;
    let token = [("name", "backup"), ("scope", "read"), ("expires", "7")];
    browser.post("create_api_token", &token).await;
    app.settle().await;
    assert_eq!(app.lifecycle.sign_out_by_operator(" ADA@example.com", &why()).await.unwrap(), 2);
    assert_eq!((app.count("signet_sessions").await, app.count("signet_api_tokens").await), (0, 0));
    assert!(!browser.is_signed_in().await);
    snapshot!(details(&app).await, @r#"
    actor     event            failure  ip    detail
    operator  session.revoked  NULL     NULL  {"reason":"You asked for it by phone."}
    "#);
    assert_eq!(app.news().await, ["session.revoked by operator of ada@example.com"]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["signed_out_by_operator to ada@example.com"]);
    assert!(post.the(Kind::SignedOutByOperator).letter.text.contains(WHY));
    let page = app.signed_in(ADA, PASSWORD).await.get("/users/settings/security-log").await;
    assert!(page.body.contains("s operator") && page.body.contains(WHY), "{}", page.body);
}

#[tokio::test]
async fn forgotten_browsers_are_unknown_again_and_stay_signed_in() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    app.lifecycle.forget_devices_by_operator(ADA, &why()).await.unwrap();
    assert_eq!(app.count("signet_known_devices").await, 0);
    assert!(browser.is_signed_in().await);
    snapshot!(details(&app).await, @r#"
    actor     event                      failure  ip    detail
    operator  session.devices_forgotten  NULL     NULL  {"reason":"You asked for it by phone."}
    "#);
    assert_eq!(app.news().await, ["session.devices_forgotten by operator of ada@example.com"]);
    assert_eq!(app.deliver().await.words(), ["devices_forgotten_by_operator to ada@example.com"]);
}

#[tokio::test]
async fn an_account_is_closed_with_everything_that_closing_revokes() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    browser.ask_for_reset(ADA).await;
    app.settle().await;
    let scheduled = app.lifecycle.schedule_deletion_by_operator(ADA, &why()).await.unwrap();
    assert_eq!(scheduled.delete_at, START.plus(Span::days(14)));
    let links = app.rows("SELECT purpose FROM signet_mail_links").await;
    assert_eq!((app.count("signet_sessions").await, links), (0, vec!["keep".to_owned()]));
    assert_eq!(app.news().await, ["account.deletion_scheduled by operator of ada@example.com"]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["deletion_scheduled to ada@example.com"]);
    let text = &post.the(Kind::DeletionScheduled).letter.text;
    assert!(text.contains("The operator of this site closed") && text.contains(WHY), "{text}");
    for day in [11, 13] {
        app.clock.set(START.plus(Span::days(day)));
        assert_eq!(app.deliver().await.words(), ["deletion_reminder to ada@example.com"], "day {day}");
    }

    let again = app.changes_nothing(app.lifecycle.schedule_deletion_by_operator(ADA, &why())).await;
    assert!(matches!(again, Err(Error::Refused(Refusal::DeletionScheduled))));
    let refused = "account.deletion_scheduled.failure by operator of ada@example.com: deletion_scheduled";
    assert_eq!(app.news().await, [refused]);
}

#[tokio::test]
async fn an_account_is_kept_and_its_reminders_do_not_go_out() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.lifecycle.cancel_deletion_by_operator(ADA, &why()).await.unwrap();
    assert_eq!(app.count("signet_users WHERE deletion_scheduled_at IS NOT NULL OR delete_at IS NOT NULL").await, 0);
    assert_eq!(app.news().await, ["account.deletion_cancelled by operator of ada@example.com"]);
    let post = app.deliver().await;
    assert_eq!(post.words(), ["deletion_cancelled to ada@example.com"]);
    assert!(post.the(Kind::DeletionCancelled).letter.text.contains(WHY));
    app.clock.set(START.plus(Span::days(20)));
    assert_eq!(app.deliver().await.words(), [""; 0]);
    let again = app.changes_nothing(app.lifecycle.cancel_deletion_by_operator(ADA, &why())).await;
    assert!(matches!(again, Err(Error::Refused(Refusal::ChangedMeanwhile))));
}

/// The owner of an address that was never verified may know nothing of the account.
#[tokio::test]
async fn an_unverified_address_gets_no_letter() {
    let app = TestApp::new().await;
    app.lifecycle.sign_up(&source(), ADA, PASSWORD.into()).await.unwrap();
    app.settle().await;
    app.lifecycle.sign_out_by_operator(ADA, &why()).await.unwrap();
    app.lifecycle.forget_devices_by_operator(ADA, &why()).await.unwrap();
    app.lifecycle.schedule_deletion_by_operator(ADA, &why()).await.unwrap();
    app.lifecycle.cancel_deletion_by_operator(ADA, &why()).await.unwrap();
    assert_eq!(app.deliver().await.words(), [""; 0]);
    assert_eq!(app.news().await.len(), 4);
}

async fn attempts(life: &Lifecycle, address: &str) -> [Option<Error>; 5] {
    let why = why();
    [
        life.account_sheet(address).await.err(),
        life.sign_out_by_operator(address, &why).await.err(),
        life.forget_devices_by_operator(address, &why).await.err(),
        life.schedule_deletion_by_operator(address, &why).await.err(),
        life.cancel_deletion_by_operator(address, &why).await.err(),
    ]
}

#[tokio::test]
async fn an_unknown_or_erased_address_is_refused_and_leaves_nothing() {
    let app = TestApp::new().await;
    app.scheduled_browser(ADA).await;
    app.clock.set(START.plus(Span::days(20)));
    app.run_jobs().await;
    app.settle().await;
    for (address, refusal) in
        [("eve@example.com", Refusal::NotFound), (ADA, Refusal::NotFound), ("ada", Refusal::InvalidEmail)]
    {
        for refused in app.changes_nothing(attempts(&app.lifecycle, address)).await {
            assert!(matches!(refused, Some(Error::Refused(found)) if found == refusal), "{address}: {refused:?}");
        }
    }
    assert_eq!(app.news().await, [""; 0]);
}

#[tokio::test]
async fn a_sheet_counts_what_is_alive() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    app.signed_in(ADA, PASSWORD).await;
    let sheet = app.lifecycle.account_sheet(ADA).await.unwrap();
    assert_eq!((sheet.sessions, sheet.known_devices, sheet.api_tokens, sheet.providers.len()), (2, 2, 0, 0));
    app.clock.set(START.plus(Span::days(31)));
    assert_eq!(app.lifecycle.account_sheet(ADA).await.unwrap().sessions, 0);
}

/// A server in a folder of its own, which ends with the test.
struct Served {
    folder: TempDir,
    child: Child,
}

impl Served {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = signet(&folder, &[], &[]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("Signet is ready"), "{line}");
        Self { folder, child }
    }

    /// What a command says on stdout, its exit code, and its complaint.
    fn command(&self, arguments: &[&str]) -> (String, Option<i32>, String) {
        let output = signet(&self.folder, &[], arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let complaint = text(output.stderr).lines().filter(|line| line.starts_with("signet: ")).collect();
        (text(output.stdout), output.status.code(), complaint)
    }

    /// Makes a verified account.
    async fn add_account(&self) {
        let url = format!("sqlite://{}", self.folder.path().join("data/signet.db").display());
        let db = signet::server::store::Db::connect(&url).await.unwrap();
        let settings = signet::testing::settings(self.folder.path());
        let clock = signet::server::clock::Clock::System;
        let life = Lifecycle::new(&settings, db, clock, signet::server::crypto::random::Random::System);
        life.sign_up(&source(), ADA, PASSWORD.into()).await.unwrap();
        let token = link(&life, ADA, signet::domain::mail_token::Purpose::VerifyEmail).await;
        life.verify_email(&source(), None, &token, None).await.unwrap();
        life.db.close().await;
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn the_commands_work_while_the_site_is_served() {
    let served = Served::start();
    served.add_account().await;
    let sheet = || served.command(&["user", "show", ADA]);
    let (said, code, complaint) = sheet();
    assert_eq!(code, Some(0), "{complaint}");
    for line in
        ["Address         ada@example.com", "Status          active", "Ways in         password", "Sessions        1"]
    {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
    let act = |command| served.command(&["user", command, ADA, "--reason", WHY]);
    let said = |text: &str| (text.to_owned(), Some(0), String::new());
    assert_eq!(act("sign-out"), said("Signed ada@example.com out: 1 sessions ended, and no API token is left.\n"));
    assert_eq!(act("forget-devices"), said("Forgot the known browsers of ada@example.com.\n"));
    let (closed, code, _) = act("schedule-deletion");
    assert!(code == Some(0) && closed.starts_with("Closed ada@example.com. It is erased on "), "{closed}");
    assert!(sheet().0.contains("Status          closed on "), "{}", sheet().0);
    let refused = |problem: &str| (String::new(), Some(1), format!("signet: ada@example.com: {problem}"));
    assert_eq!(act("schedule-deletion"), refused("is closed already, and its date stays"));
    assert_eq!(act("cancel-deletion"), said("Kept ada@example.com.\n"));
    assert_eq!(act("cancel-deletion"), refused("is not closed, so there is no deletion to cancel"));
    let unknown = (String::new(), Some(1), "signet: \"eve@example.com\" is the address of no account".to_owned());
    assert_eq!(served.command(&["user", "show", "eve@example.com"]), unknown);
    let without_reason = served.command(&["user", "sign-out", ADA]);
    assert_eq!(without_reason.1, Some(2));
}
