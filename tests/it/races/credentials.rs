//! Concurrent changes of passwords and sessions.

use signet::{
    domain::mail_token::Purpose,
    server::crypto::hasher::Cost,
    testing::{
        TestApp,
        people::{PASSWORD, link, password_change, signed_in, source, verified},
    },
};

use super::{RaceSteps, duel, is_alive, source_from, together, winners, won};

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_password_changes_wins() {
    let app = TestApp::unlimited().await;
    for trial in 0..5 {
        let email = format!("ada{trial}@example.com");
        let mut viewers = vec![verified(&app.lifecycle, &email).await];
        for _ in 1..4 {
            viewers.push(signed_in(&app.lifecycle, &email).await);
        }
        let changed = together(8, |number| {
            // Two attempts from each of four browsers.
            let (life, viewer) = (app.lifecycle.clone(), viewers[number % 4].clone());
            let password = format!("{number} otters borrow violet kites");
            async move {
                let change = password_change(PASSWORD, &password);
                let changed = life.change_password(&source_from(number), &viewer, change).await;
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

/// Each renewal ends the token before it; of all issued tokens one still works.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_renewed_tokens_one_is_alive() {
    let app = TestApp::unlimited().await;
    let viewer = verified(&app.lifecycle, "ada@example.com").await;
    let confirmed = together(16, |number| {
        let (life, viewer) = (app.lifecycle.clone(), viewer.clone());
        async move { life.confirm_sudo(&source_from(number), &viewer, PASSWORD.to_owned().into()).await }
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
    let app = TestApp::unlimited().await;
    for trial in 0..20 {
        let email = format!("ada{trial}@example.com");
        let here = verified(&app.lifecycle, &email).await;
        let there = signed_in(&app.lifecycle, &email).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (changed, _) = duel(
            trial,
            async move {
                let change = password_change(PASSWORD, "seven otters borrow violet kites");
                life.change_password(&source(), &here, change).await.map(drop)
            },
            async move { won(other.confirm_sudo(&source(), &there, PASSWORD.to_owned().into()).await) },
        )
        .await;
        changed.unwrap();
    }
    assert_eq!(app.count("signet_sessions WHERE sudo_at IS NOT NULL").await, 0);
    app.is_consistent().await;
}

/// Each of them reads the old hash, and one of them stores a new one first.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_signs_in_while_the_hash_is_made_stronger() {
    let app = TestApp::unlimited().await;
    verified(&app.lifecycle, "ada@example.com").await;
    let stronger = app.again(|settings| settings.password.argon2 = Cost { m_kib: 128, t: 2, p: 1 });
    let signed_in = together(8, |number| {
        let life = stronger.lifecycle.clone();
        async move { life.sign_in(&source_from(number), None, "ada@example.com", PASSWORD.to_owned().into()).await }
    });
    for outcome in signed_in.await {
        let token = outcome.unwrap().token;
        assert!(is_alive(&app.lifecycle, &token).await);
    }
    assert!(app.rows("SELECT password_hash FROM signet_users").await[0].contains("m=128,t=2"));
    assert_eq!(app.count("signet_events WHERE failure IS NOT NULL").await, 0);
    assert_eq!(app.happened("session.sign_in").await, 8);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_or_reset_never_both() {
    let app = TestApp::unlimited().await;
    for trial in 0..20 {
        let email = format!("ada{trial}@example.com");
        let ada = verified(&app.lifecycle, &email).await;
        app.lifecycle.request_password_reset(&source(), &email).await.unwrap();
        let token = link(&app.lifecycle, &email, Purpose::ResetPassword).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (changed, reset) = ("seven otters borrow violet kites", "nine badgers lend yellow ropes");
        let (has_changed, is_reset) = duel(
            trial,
            async move { won(life.change_password(&source(), &ada, password_change(PASSWORD, changed)).await) },
            async move { won(other.reset_password(&source(), &token, reset.to_owned().into(), &[]).await) },
        )
        .await;
        assert_ne!(has_changed, is_reset, "trial {trial}");
        let password = if has_changed { changed } else { reset };
        app.lifecycle.sign_in(&source(), None, &email, password.to_owned().into()).await.unwrap();
    }
    let both = app.happened("account.password_changed").await + app.happened("account.password_reset").await;
    assert_eq!(both, 20);
    assert_eq!(app.count("signet_mail_links WHERE purpose = 'reset'").await, 0);
    app.is_consistent().await;
}
