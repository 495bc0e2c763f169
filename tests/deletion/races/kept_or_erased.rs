//! The last second of the grace period: the owner comes back while the worker executes (checklist A44).

use signet::{
    domain::{deletion::Strategy, error::Refusal, id::UserId, mail_token::Purpose, time::Span},
    server::lifecycle::deletion::Execution,
    testing::{
        OTHER_PASSWORD, TestApp,
        people::{link, signed_in, source, verified},
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

/// As the reader of the letter about the deletion, who presses its button.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_kept_by_a_link_or_erased_never_half() {
    hold(async |app: &TestApp, trial, head_start: HeadStart| {
        let email = format!("ada{trial}@example.com");
        let user = due(app, &verified(&app.lifecycle, &email).await).await;
        let token = link(&app.lifecycle, &email, Purpose::KeepAccount).await;
        app.news().await;
        let (life, worker) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (kept, execution) = head_start
            .duel(async move { life.keep_account(&source(), &token).await }, async move {
                worker.execute_deletion().await.unwrap()
            })
            .await;
        let (news, post) = (app.news().await, letters(app, &email, &email).await);
        if kept.is_ok() {
            assert_eq!(execution, Execution::NotDue, "trial {trial}");
            assert_eq!(status(app, &user).await, format!("{email}|open|0"));
            assert_eq!(post, [format!("deletion_cancelled to {email}")]);
            assert_eq!(news, [format!("account.deletion_cancelled by link of {email}")]);
            return Winner::One;
        }
        assert_eq!(refusal(&kept), Some(Refusal::DeadLink), "trial {trial}");
        assert_eq!((execution, post), (Execution::Executed, vec![format!("deletion_executed to {email}")]));
        is_erased(app, &email, &user, &news).await;
        Winner::Other
    })
    .await;
}

/// As the owner who chooses a new password by a mailed link.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_kept_by_a_reset_or_erased_never_half() {
    hold(async |app: &TestApp, trial, head_start: HeadStart| {
        let email = format!("ada{trial}@example.com");
        let user = due(app, &verified(&app.lifecycle, &email).await).await;
        app.lifecycle.request_password_reset(&source(), &email).await.unwrap();
        let token = link(&app.lifecycle, &email, Purpose::ResetPassword).await;
        app.news().await;
        let (life, worker) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (reset, execution) = head_start
            .duel(
                async move { life.reset_password(&source(), &token, OTHER_PASSWORD.to_owned().into(), &[]).await },
                async move { worker.execute_deletion().await.unwrap() },
            )
            .await;
        let (news, post) = (app.news().await, letters(app, &email, &email).await);
        if let Ok(reset) = &reset {
            assert!(reset.was_closed);
            assert_eq!(execution, Execution::NotDue, "trial {trial}");
            assert_eq!(status(app, &user).await, format!("{email}|open|0"));
            assert_eq!(post, ["deletion_cancelled", "password_reset"].map(|kind| format!("{kind} to {email}")));
            let events = ["account.deletion_cancelled", "account.password_reset"];
            assert_eq!(news, events.map(|event| format!("{event} by link of {email}")));
            return Winner::One;
        }
        assert_eq!(refusal(&reset), Some(Refusal::DeadLink), "trial {trial}");
        assert_eq!((execution, post), (Execution::Executed, vec![format!("deletion_executed to {email}")]));
        is_erased(app, &email, &user, &news).await;
        Winner::Other
    })
    .await;
}

/// The account is erased, and its log says so and then that the link was dead.
async fn is_erased(app: &TestApp, email: &str, user: &UserId, news: &[String]) {
    let left = erased(app, email);
    assert_eq!(status(app, user).await, left.status);
    let [executed, refused] = news else { panic!("{news:?}") };
    assert_eq!(*executed, format!("account.deletion_executed by worker{}", left.named));
    assert!(refused.contains(".failure by link") && refused.ends_with(": dead_link"), "{refused}");
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
