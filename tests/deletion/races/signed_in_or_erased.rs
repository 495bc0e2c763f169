//! A person comes back in the last second, while a worker erases their account.

use signet::{
    domain::{error::Refusal, user::AccountStatus},
    server::lifecycle::deletion::Execution,
};

use super::{HeadStart, Winner, due, erased, executed, hold, letters, refusal, status};
use crate::{
    app::TestApp,
    people::{PASSWORD, source, verified},
};

/// The account is erased, whichever comes first; a session that began before is erased with it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_stays_signed_in_to_an_erased_account() {
    hold(async |app: &TestApp, trial, head_start: HeadStart| {
        let email = format!("ada{trial}@example.com");
        let user = due(app, &verified(&app.lifecycle, &email).await).await;
        app.news().await;
        let (life, worker, typed) = (app.lifecycle.clone(), app.lifecycle.clone(), email.clone());
        let (signed_in, execution) = head_start
            .duel(async move { life.sign_in(&source(), None, &typed, PASSWORD.to_owned().into()).await }, async move {
                executed(&worker).await
            })
            .await;
        assert_eq!(execution, Execution::Executed, "trial {trial}");
        let left = erased(app, &email);
        assert_eq!(status(app, &user).await, left.status, "trial {trial}");
        assert_eq!(letters(app, &email, &email).await, [format!("deletion_executed to {email}")]);
        let executed = format!("account.deletion_executed by worker{}", left.named);
        if let Ok(signed_in) = signed_in {
            assert_eq!(signed_in.status, AccountStatus::DeletionScheduled);
            assert!(app.lifecycle.viewer(&signed_in.token).await.unwrap().is_none(), "trial {trial}");
            // Where the strategy keeps nothing, this is gone too.
            let before = format!("session.sign_in by person{}", left.named);
            let before = Some(before).filter(|_| !left.named.is_empty());
            assert_eq!(app.news().await, before.into_iter().chain([executed]).collect::<Vec<_>>());
            return Winner::One;
        }
        assert_eq!(refusal(&signed_in), Some(Refusal::WrongCredentials), "trial {trial}");
        assert_eq!(app.news().await, [executed, "session.sign_in.failure by anyone: wrong_credentials".to_owned()]);
        Winner::Other
    })
    .await;
}
