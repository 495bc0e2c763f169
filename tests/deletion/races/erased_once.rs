//! Two workers with the same account (checklist A45).

use signet::server::lifecycle::deletion::Execution;

use super::{HeadStart, Winner, due, erased, hold, letters, status};
use crate::{app::TestApp, people::verified};

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_executed_by_one_worker() {
    hold(async |app: &TestApp, trial, head_start: HeadStart| {
        let email = format!("ada{trial}@example.com");
        let user = due(app, &verified(&app.lifecycle, &email).await).await;
        app.news().await;
        let (one, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let executions = head_start
            .duel(async move { one.execute_deletion().await.unwrap() }, async move {
                other.execute_deletion().await.unwrap()
            })
            .await;
        let left = erased(app, &email);
        assert_eq!(status(app, &user).await, left.status);
        assert_eq!(letters(app, &email, &email).await, [format!("deletion_executed to {email}")]);
        assert_eq!(app.news().await, [format!("account.deletion_executed by worker{}", left.named)]);
        match executions {
            (Execution::Executed, Execution::NotDue) => Winner::One,
            (Execution::NotDue, Execution::Executed) => Winner::Other,
            both => panic!("trial {trial}: {both:?}"),
        }
    })
    .await;
}
