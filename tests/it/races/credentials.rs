//! Passwords and sessions, changed from several places at once.

use super::{duel, is_alive, together, winners, won};
use crate::{
    app::TestApp,
    people::{PASSWORD, signed_in, source, verified},
};

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_password_changes_wins() {
    let app = TestApp::new().await;
    for trial in 0..5 {
        let email = format!("ada{trial}@example.com");
        let mut viewers = vec![verified(&app.lifecycle, &email).await];
        for _ in 1..4 {
            viewers.push(signed_in(&app.lifecycle, &email).await);
        }
        let changed = together(8, |number| {
            // Two tries from each of four browsers.
            let (life, viewer) = (app.lifecycle.clone(), viewers[number % 4].clone());
            let password = format!("{number} otters borrow violet kites");
            async move {
                let (current, new) = (PASSWORD.to_owned().into(), password.clone().into());
                let changed = life.change_password(&source(), &viewer, current, new).await;
                changed.map(|changed| (password, changed.token))
            }
        });
        let winners = winners(changed.await);
        assert_eq!(winners.len(), 1, "trial {trial}");
        assert_eq!(app.sessions(&email).await, 1, "trial {trial}");
        let (password, token) = winners.into_iter().next().unwrap();
        assert!(is_alive(&app.lifecycle, &token).await);
        app.lifecycle.sign_in(&source(), None, &email, password.into()).await.unwrap();
    }
    assert_eq!(app.happened("account.password_changed").await, 5);
    app.is_consistent().await;
}

/// Each renewal ends the token before it; of all that were handed out, one still works.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_renewed_tokens_one_is_alive() {
    let app = TestApp::new().await;
    let viewer = verified(&app.lifecycle, "ada@example.com").await;
    let confirmed = together(16, |_| {
        let (life, viewer) = (app.lifecycle.clone(), viewer.clone());
        async move { life.confirm_sudo(&source(), &viewer, PASSWORD.to_owned().into()).await }
    });
    let tokens = winners(confirmed.await);
    assert!(!tokens.is_empty());
    let mut alive = 0;
    for token in &tokens {
        alive += usize::from(is_alive(&app.lifecycle, token).await);
    }
    assert_eq!(alive, 1);
    assert_eq!(app.sessions("ada@example.com").await, 1);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_sudo_that_the_old_one_would_have_begun() {
    let app = TestApp::new().await;
    for trial in 0..20 {
        let email = format!("ada{trial}@example.com");
        let here = verified(&app.lifecycle, &email).await;
        let there = signed_in(&app.lifecycle, &email).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (changed, _) = duel(
            trial,
            async move {
                let new = "seven otters borrow violet kites".to_owned().into();
                life.change_password(&source(), &here, PASSWORD.to_owned().into(), new).await.map(drop)
            },
            async move { won(other.confirm_sudo(&source(), &there, PASSWORD.to_owned().into()).await) },
        )
        .await;
        changed.unwrap();
    }
    assert_eq!(app.count("sessions WHERE sudo_at IS NOT NULL").await, 0);
    app.is_consistent().await;
}
