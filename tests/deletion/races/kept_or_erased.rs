//! The last second of the grace period: the owner comes back while the worker executes (checklist A44).

use signet::{
    domain::{deletion::Strategy, error::Refusal, time::Span},
    server::lifecycle::deletion::Execution,
    testing::{
        TestApp,
        people::{signed_in, source, verified},
    },
};

use super::{HeadStart, Winner, closed, due, erased, hold, letters, refusal, status};
use crate::amount::trials;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_kept_or_erased_never_half() {
    hold(async |app: &TestApp, trial, head_start: HeadStart| {
        let email = format!("ada{trial}@example.com");
        let user = due(app, &verified(&app.lifecycle, &email).await).await;
        let back = signed_in(&app.lifecycle, &email).await;
        app.news().await;
        let (life, worker) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (kept, execution) = head_start
            .duel(async move { life.cancel_deletion(&source(), &back).await }, async move {
                worker.execute_deletion().await.unwrap()
            })
            .await;
        let (news, post) = (app.news().await, letters(app, &email, &email).await);
        if let Ok(token) = kept {
            assert_eq!(execution, Execution::NotDue, "trial {trial}");
            assert_eq!(status(app, &user).await, format!("{email}|open|1"));
            assert!(app.lifecycle.viewer(&token).await.unwrap().is_some());
            assert_eq!(post, [format!("deletion_cancelled to {email}")]);
            assert_eq!(news, [format!("account.deletion_cancelled by person of {email}")]);
            return Winner::One;
        }
        assert_eq!(refusal(&kept), Some(Refusal::SignInRequired), "trial {trial}");
        assert_eq!(execution, Execution::Executed, "trial {trial}");
        let left = erased(app, &email);
        assert_eq!(status(app, &user).await, left.status);
        assert_eq!(post, [format!("deletion_executed to {email}")]);
        assert_eq!(news, [format!("account.deletion_executed by worker{}", left.named)]);
        Winner::Other
    })
    .await;
}

/// No account is erased early, whichever comes first: in this race only one can win.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_before_its_time_an_account_is_kept() {
    let trials = trials();
    for is_postgres in [false, true] {
        let Some(app) = super::fresh(is_postgres, Strategy::Anonymize).await else { continue };
        let email = "ada@example.com";
        let mut ada = verified(&app.lifecycle, email).await;
        for trial in 0..trials {
            let user = closed(&app, &ada, Span::seconds(1)).await;
            let back = signed_in(&app.lifecycle, email).await;
            let (life, worker) = (app.lifecycle.clone(), app.lifecycle.clone());
            let begins = i64::try_from(trial % 11).unwrap() - 5;
            let (kept, execution) = HeadStart::of(begins * 100)
                .duel(async move { life.cancel_deletion(&source(), &back).await }, async move {
                    worker.execute_deletion().await.unwrap()
                })
                .await;
            assert_eq!(execution, Execution::NotDue, "trial {trial}");
            assert_eq!(status(&app, &user).await, format!("{email}|open|1"), "trial {trial}");
            let token = kept.unwrap_or_else(|error| panic!("trial {trial}: {error}"));
            ada = app.lifecycle.viewer(&token).await.unwrap().unwrap();
            signet::testing::invariants::hold(&app.db, app.now()).await;
        }
        let happened = "signet_events WHERE event = 'account.deletion_cancelled' AND failure IS NULL";
        assert_eq!(app.count(happened).await, i64::try_from(trials).unwrap());
        app.nothing_is_in_hand().await;
    }
}
