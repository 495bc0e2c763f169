//! Sessions that end while they act, and that end one another.

use super::{RaceSteps, duel, together, winners, won};
use signet::testing::{
    TestApp,
    people::{PASSWORD, in_sudo, password_change, signed_in, source, verified},
};

/// Both are in sudo mode: the lock on the account's row lets one pass, and the other is then signed out.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_sessions_that_revoke_each_other_one_is_left() {
    let app = TestApp::unlimited().await;
    for trial in 0..12 {
        let email = format!("ada{trial}@example.com");
        let here = in_sudo(&app.lifecycle, &verified(&app.lifecycle, &email).await).await;
        let there = in_sudo(&app.lifecycle, &signed_in(&app.lifecycle, &email).await).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (mine, theirs) = (here.session.id.to_string(), there.session.id.to_string());
        let (one, two) =
            duel(trial, async move { won(life.revoke_session(&source(), &here, &theirs).await) }, async move {
                won(other.revoke_session(&source(), &there, &mine).await)
            })
            .await;
        assert_ne!(one, two, "trial {trial}");
        assert_eq!(app.sessions(&email).await, 1, "trial {trial}");
    }
    assert_eq!(app.happened("session.revoked").await, 12);
    app.is_consistent().await;
}

/// The revoked session changes the password before it is revoked, or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_acts_before_it_is_revoked_or_not_at_all() {
    let app = TestApp::unlimited().await;
    let new = "seven otters borrow violet kites";
    for trial in 0..12 {
        let email = format!("ada{trial}@example.com");
        let owner = in_sudo(&app.lifecycle, &verified(&app.lifecycle, &email).await).await;
        let thief = signed_in(&app.lifecycle, &email).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let named = thief.session.id.to_string();
        let (revoked, has_changed) =
            duel(trial, async move { won(life.revoke_session(&source(), &owner, &named).await) }, async move {
                won(other.change_password(&source(), &thief, password_change(PASSWORD, new)).await)
            })
            .await;
        // A changed password has ended the session that wanted to revoke.
        assert_ne!(revoked, has_changed, "trial {trial}");
        let password = if has_changed { new } else { PASSWORD };
        app.lifecycle.sign_in(&source(), None, &email, password.to_owned().into()).await.unwrap();
        assert_eq!(app.sessions(&email).await, 2, "trial {trial}");
    }
    let both = app.happened("session.revoked").await + app.happened("account.password_changed").await;
    assert_eq!(both, 12);
    app.is_consistent().await;
}

/// Four sessions each end all others, in two ways: one remains.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_sessions_that_end_all_others_one_is_left() {
    let app = TestApp::unlimited().await;
    for trial in 0..6 {
        let email = format!("ada{trial}@example.com");
        let mut viewers = vec![in_sudo(&app.lifecycle, &verified(&app.lifecycle, &email).await).await];
        for _ in 1..4 {
            viewers.push(in_sudo(&app.lifecycle, &signed_in(&app.lifecycle, &email).await).await);
        }
        let log = app.lifecycle.list_events(&viewers[0], None, None).await.unwrap();
        let event = log.entries[0].id.to_string();
        let ended = together(4, |number| {
            let (life, viewer, event) = (app.lifecycle.clone(), viewers[number].clone(), event.clone());
            async move {
                match number % 2 {
                    0 => life.revoke_other_sessions(&source(), &viewer).await,
                    _ => life.disown_event(&source(), &viewer, &event).await,
                }
            }
        });
        assert_eq!(winners(ended.await), [3], "trial {trial}");
        assert_eq!(app.sessions(&email).await, 1, "trial {trial}");
    }
    app.is_consistent().await;
}
