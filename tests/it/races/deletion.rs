//! Concurrent actions that close an account. `tests/deletion` has those that collide with its end.

use std::time::Duration;

use signet::{
    domain::{id::UserId, time::Span},
    server::lifecycle::{Lifecycle, Viewer, deletion::Execution},
    testing::{
        TestApp,
        people::{in_sudo, signed_in, source, verified},
    },
};

use super::{RaceSteps, together, winners};

/// Closes the account and moves the clock to exactly the second in which it may be erased.
pub(super) async fn due(app: &TestApp, viewer: &Viewer, email: &str) -> UserId {
    let sudo = in_sudo(&app.lifecycle, viewer).await;
    app.lifecycle.schedule_deletion(&source(), &sudo, email).await.unwrap();
    app.advance_clock(Span::minutes(1));
    viewer.user.id.clone()
}

/// The result of a worker that tries again, as workers do, while another transaction holds the account.
pub(super) async fn executed(life: &Lifecycle) -> Execution {
    for _ in 0..2_000 {
        let execution = life.execute_deletion().await.unwrap();
        if execution != Execution::NotDue {
            return execution;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Execution::NotDue
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_closed_once_and_for_one_date() {
    let app = TestApp::unlimited().await;
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
        let kinds = format!("SELECT kind FROM signet_letters WHERE user_id = '{user}' ORDER BY kind");
        assert_eq!(app.rows(&kinds).await, ["deletion_reminder", "deletion_reminder", "deletion_scheduled"]);
    }
    assert_eq!(app.happened("account.deletion_scheduled").await, 10);
    assert_eq!(app.count("signet_users WHERE delete_at IS NOT NULL").await, 10);
    app.is_consistent().await;
}
