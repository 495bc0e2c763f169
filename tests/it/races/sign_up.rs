//! Many people want one address.

use std::time::Duration;

use signet::{
    domain::mail_token::Purpose,
    testing::{
        TestApp,
        people::{PASSWORD, link, source},
    },
};

use super::{RaceSteps, duel, source_from, together, won};

#[tokio::test(flavor = "multi_thread")]
async fn many_sign_ups_leave_one_account() {
    let app = TestApp::unlimited().await;
    let signed_up = together(20, |number| {
        let life = app.lifecycle.clone();
        async move { life.sign_up(&source_from(number), "ada@example.com", PASSWORD.to_owned().into()).await }
    });
    for outcome in signed_up.await {
        outcome.unwrap();
    }
    assert_eq!(app.count("signet_users WHERE email IS NOT NULL").await, 1);
    assert_eq!(app.letters("confirm_address").await, 1);
    app.is_consistent().await;
}

/// A stranger signs up with the address at the moment in which its owner verifies it.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_never_takes_a_verified_address() {
    let app = TestApp::unlimited().await;
    let mut verified = 0;
    for trial in 0..20 {
        let email = format!("ada{trial}@example.com");
        app.lifecycle.sign_up(&source(), &email, PASSWORD.to_owned().into()).await.unwrap();
        let token = link(&app.lifecycle, &email, Purpose::VerifyEmail).await;
        let (life, stranger, address) = (app.lifecycle.clone(), app.lifecycle.clone(), email.clone());
        let (won, signed_up) = duel(
            trial,
            async move {
                // Signing up first hashes a password.
                tokio::time::sleep(Duration::from_micros(u64::try_from(trial).unwrap() * 200)).await;
                won(life.verify_email(&source(), None, &token, None).await)
            },
            async move { stranger.sign_up(&source(), &address, PASSWORD.to_owned().into()).await },
        )
        .await;
        signed_up.unwrap();
        verified += i64::from(won);
        assert_eq!(app.count(&format!("signet_users WHERE email = '{email}'")).await, 1, "trial {trial}");
    }
    assert_eq!(app.count("signet_users WHERE email_verified_at IS NOT NULL").await, verified);
    assert_eq!(app.count("signet_events WHERE failure = 'email_taken'").await, verified);
    app.is_consistent().await;
}
