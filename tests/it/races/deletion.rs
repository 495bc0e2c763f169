//! The end of an account against everything that could still happen to it.

use signet::{
    domain::{id::UserId, time::Span},
    server::lifecycle::{Execution, Viewer},
};

use super::{asked_for_change, duel, together, winners, won};
use crate::{
    app::TestApp,
    people::{PASSWORD, in_sudo, signed_in, source, take, verified},
};

/// Closes the account and waits until the very second in which it may be executed.
pub(super) async fn due(app: &TestApp, viewer: &Viewer, email: &str) -> UserId {
    let sudo = in_sudo(&app.lifecycle, viewer).await;
    app.lifecycle.schedule_deletion(&source(), &sudo, email).await.unwrap();
    app.pass(Span::minutes(1));
    let mut deletions = app.lifecycle.due(app.now()).await.unwrap().deletions;
    let (user, job) = deletions.remove(0);
    take(&app.lifecycle, &job).await;
    user
}

/// Checklist A44: the last second of the grace period, two hundred times.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_kept_or_erased_never_half() {
    const TRIALS: usize = 200;
    let email = "ada@example.com";
    let app = TestApp::hasty().await;
    let mut kept = 0;
    let mut ada = verified(&app.lifecycle, email).await;
    for trial in 0..TRIALS {
        let user = due(&app, &ada, email).await;
        let back = signed_in(&app.lifecycle, email).await;
        let (life, worker, erased) = (app.lifecycle.clone(), app.lifecycle.clone(), user.clone());
        let (cancelled, execution) =
            duel(trial, async move { won(life.cancel_deletion(&source(), &back).await) }, async move {
                worker.execute_deletion(&erased).await.unwrap()
            })
            .await;
        assert_eq!(cancelled, execution == Execution::NotDue, "trial {trial}");
        let living = format!("users WHERE id = '{user}' AND email IS NOT NULL AND deletion_scheduled_at IS NULL");
        assert_eq!(app.count(&living).await, i64::from(cancelled), "trial {trial}");
        if cancelled {
            kept += 1;
            ada = signed_in(&app.lifecycle, email).await;
        } else {
            ada = verified(&app.lifecycle, email).await;
        }
    }
    app.is_consistent().await;
    assert_eq!(app.happened("account.deletion_cancelled").await, kept);
    assert_eq!(app.happened("account.deletion_executed").await, i64::try_from(TRIALS).unwrap() - kept);
    assert!((5..=195).contains(&kept), "{kept} of {TRIALS} kept: they did not meet");
}

/// Checklist A45: several workers, one erasure.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_executed_by_one_worker() {
    let app = TestApp::hasty().await;
    for trial in 0..5 {
        let email = format!("ada{trial}@example.com");
        let user = due(&app, &verified(&app.lifecycle, &email).await, &email).await;
        let executions = together(8, |_| {
            let (life, user) = (app.lifecycle.clone(), user.clone());
            async move { life.execute_deletion(&user).await }
        });
        let executed = winners(executions.await).into_iter().filter(|execution| *execution == Execution::Executed);
        assert_eq!(executed.count(), 1);
        assert_eq!(app.letters("deletion_executed").await, 1);
    }
    assert_eq!(app.happened("account.deletion_executed").await, 5);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_closed_or_its_address_changes() {
    let app = TestApp::hasty().await;
    for trial in 0..20 {
        let (old, new) = (format!("old{trial}@example.com"), format!("new{trial}@example.com"));
        let (here, token) = asked_for_change(&app.lifecycle, &old, &new).await;
        let there = signed_in(&app.lifecycle, &old).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (closed, changed) =
            duel(trial, async move { won(life.schedule_deletion(&source(), &here, &old).await) }, async move {
                won(other.confirm_email_change(&source(), &there, &token).await)
            })
            .await;
        assert_ne!(closed, changed, "trial {trial}");
    }
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_stays_signed_in_to_an_erased_account() {
    let app = TestApp::hasty().await;
    for trial in 0..40 {
        let email = format!("ada{trial}@example.com");
        let user = due(&app, &verified(&app.lifecycle, &email).await, &email).await;
        let (life, worker) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (_, execution) = duel(
            trial,
            async move { won(life.sign_in(&source(), None, &email, PASSWORD.to_owned().into()).await) },
            async move { worker.execute_deletion(&user).await.unwrap() },
        )
        .await;
        assert_eq!(execution, Execution::Executed);
    }
    assert_eq!(app.count("sessions").await, 0);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_closed_once_and_for_one_date() {
    let app = TestApp::new().await;
    for trial in 0..10 {
        let email = format!("ada{trial}@example.com");
        let mut viewers = vec![in_sudo(&app.lifecycle, &verified(&app.lifecycle, &email).await).await];
        for _ in 1..4 {
            viewers.push(in_sudo(&app.lifecycle, &signed_in(&app.lifecycle, &email).await).await);
        }
        let closed = together(4, |number| {
            let (life, viewer, email) = (app.lifecycle.clone(), viewers[number].clone(), email.clone());
            async move { life.schedule_deletion(&source(), &viewer, &email).await }
        });
        assert_eq!(winners(closed.await).len(), 1, "trial {trial}");
        assert_eq!(app.sessions(&email).await, 0, "trial {trial}");
        let user = app.user(&email).await;
        let kinds = format!("SELECT kind FROM letters WHERE user_id = '{user}' ORDER BY kind");
        assert_eq!(app.rows(&kinds).await, ["deletion_reminder", "deletion_reminder", "deletion_scheduled"]);
    }
    assert_eq!(app.happened("account.deletion_scheduled").await, 10);
    let jobs = if app.db.is_postgres() { "apalis.jobs" } else { "Jobs" };
    assert_eq!(app.count(&format!("{jobs} WHERE job_type = 'execute_deletion'")).await, 10);
    app.is_consistent().await;
}
