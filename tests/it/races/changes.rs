//! Concurrent actions on an e-mail change: it is confirmed, cancelled, undone, swept away.

use signet::{
    domain::{mail_token::Purpose, time::Span},
    server::lifecycle::Viewer,
    testing::{
        TestApp,
        people::{in_sudo, link, signed_in, source},
    },
};

use super::{RaceSteps, asked_for_change, duel, won};
use crate::unsent_links::UnsentLinks;

const TRIALS: usize = 20;

/// An account whose address has changed from `a…` to `b…`, signed in, and the token to undo it.
async fn changed(app: &TestApp, trial: usize) -> (Viewer, String) {
    let (old, new) = (format!("a{trial}@example.com"), format!("b{trial}@example.com"));
    let (viewer, confirm) = asked_for_change(&app.lifecycle, &old, &new).await;
    app.lifecycle.confirm_email_change(&source(), &viewer, &confirm).await.unwrap();
    let undo = link(&app.lifecycle, &old, Purpose::UndoEmailChange).await;
    (signed_in(&app.lifecycle, &new).await, undo)
}

/// Requests the next change, to `c…`; returns the viewer, and the token to confirm it.
async fn asked_again(app: &TestApp, viewer: &Viewer, trial: usize) -> (Viewer, String) {
    let new = format!("c{trial}@example.com");
    let viewer = in_sudo(&app.lifecycle, viewer).await;
    app.lifecycle.request_email_change(&source(), &viewer, &new).await.unwrap();
    (viewer, link(&app.lifecycle, &new, Purpose::ConfirmEmailChange).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_confirmed_or_cancelled_by_its_link() {
    let app = TestApp::unlimited().await;
    for trial in 0..TRIALS {
        let (old, new) = (format!("a{trial}@example.com"), format!("b{trial}@example.com"));
        let (viewer, confirm) = asked_for_change(&app.lifecycle, &old, &new).await;
        let cancel = app.change_token(Purpose::CancelEmailChange).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (confirmed, cancelled) = duel(
            trial,
            async move { won(life.confirm_email_change(&source(), &viewer, &confirm).await) },
            async move { won(other.cancel_email_change_by_link(&source(), &cancel).await) },
        )
        .await;
        assert_ne!(confirmed, cancelled, "trial {trial}");
        let email = if confirmed { new } else { old };
        assert_eq!(app.count(&format!("signet_users WHERE email = '{email}'")).await, 1, "trial {trial}");
    }
    let total = i64::try_from(TRIALS).unwrap();
    let both = app.happened("account.email_changed").await + app.happened("account.email_change_cancelled").await;
    assert_eq!(both, total);
    app.is_consistent().await;
}

/// Whatever the next change does meanwhile, the first owner gets the account back.
#[tokio::test(flavor = "multi_thread")]
async fn an_undo_wins_against_the_confirmation_of_the_next_change() {
    let app = TestApp::unlimited().await;
    for trial in 0..TRIALS {
        let (viewer, undo) = changed(&app, trial).await;
        let (viewer, confirm) = asked_again(&app, &viewer, trial).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (undone, _) = duel(trial, async move { won(life.undo_email_change(&source(), &undo).await) }, async move {
            won(other.confirm_email_change(&source(), &viewer, &confirm).await)
        })
        .await;
        assert!(undone, "trial {trial}");
        assert_eq!(app.sessions(&format!("a{trial}@example.com")).await, 0, "trial {trial}");
        assert_eq!(app.count(&format!("signet_users WHERE email = 'a{trial}@example.com'")).await, 1);
    }
    assert_eq!(app.count("signet_email_changes WHERE state IN ('open', 'confirmed')").await, 0);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_undos_the_earlier_change_is_the_one_that_counts() {
    let app = TestApp::unlimited().await;
    for trial in 0..TRIALS {
        let (viewer, first) = changed(&app, trial).await;
        let (viewer, confirm) = asked_again(&app, &viewer, trial).await;
        app.lifecycle.confirm_email_change(&source(), &viewer, &confirm).await.unwrap();
        let second = link(&app.lifecycle, &format!("b{trial}@example.com"), Purpose::UndoEmailChange).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (undone, _) =
            duel(trial, async move { won(life.undo_email_change(&source(), &first).await) }, async move {
                won(other.undo_email_change(&source(), &second).await)
            })
            .await;
        assert!(undone, "trial {trial}");
        assert_eq!(app.count(&format!("signet_users WHERE email = 'a{trial}@example.com'")).await, 1);
    }
    assert_eq!(app.count("signet_users WHERE email LIKE 'a%'").await, i64::try_from(TRIALS).unwrap());
    app.is_consistent().await;
}

/// The sweep removes the next change while the one before is being undone.
#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_gets_in_no_undos_way() {
    let app = TestApp::unlimited().await;
    for trial in 0..TRIALS {
        let (viewer, undo) = changed(&app, trial).await;
        asked_again(&app, &viewer, trial).await;
        app.advance_clock(Span::hours(25));
        let (life, sweeper) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (undone, swept) =
            duel(trial, async move { won(life.undo_email_change(&source(), &undo).await) }, async move {
                sweeper.sweep().await
            })
            .await;
        assert!(undone, "trial {trial}");
        swept.unwrap();
        assert_eq!(app.count(&format!("signet_users WHERE email = 'a{trial}@example.com'")).await, 1);
    }
    assert_eq!(app.happened("account.email_change_undone").await, i64::try_from(TRIALS).unwrap());
    app.is_consistent().await;
}
