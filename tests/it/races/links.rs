//! One link, opened many times at once.

use signet::{
    domain::{mail_token::Purpose, outbox::Kind},
    server::lifecycle::outbox::SendOutcome,
    testing::{
        TestApp,
        people::{PASSWORD, link, signed_in, source, verified},
    },
};

use super::{RaceSteps, asked_for_change, duel, source_from, together, winners, won};

const MANY: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn an_email_change_is_confirmed_once() {
    let app = TestApp::unlimited().await;
    let (viewer, token) = asked_for_change(&app.lifecycle, "ada@example.com", "new@example.com").await;
    let confirmed = together(MANY, |_| {
        let (life, viewer, token) = (app.lifecycle.clone(), viewer.clone(), token.clone());
        async move { life.confirm_email_change(&source(), &viewer, &token).await }
    });
    assert_eq!(winners(confirmed.await).len(), 1);
    assert_eq!(app.happened("account.email_changed").await, 1);
    assert_eq!((app.letters("email_changed_new").await, app.letters("email_changed_old").await), (1, 1));
    assert_eq!(app.sessions("new@example.com").await, 0);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_verified_once() {
    let app = TestApp::unlimited().await;
    app.lifecycle.sign_up(&source(), "ada@example.com", PASSWORD.to_owned().into()).await.unwrap();
    let token = link(&app.lifecycle, "ada@example.com", Purpose::VerifyEmail).await;
    let verified = together(MANY, |_| {
        let (life, token) = (app.lifecycle.clone(), token.clone());
        async move { life.verify_email(&source(), None, &token, None).await }
    });
    assert_eq!(winners(verified.await).len(), 1);
    assert_eq!(app.happened("account.email_verified").await, 1);
    assert_eq!(app.sessions("ada@example.com").await, 1);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_reset_once() {
    let app = TestApp::unlimited().await;
    verified(&app.lifecycle, "ada@example.com").await;
    app.lifecycle.request_password_reset(&source(), "ada@example.com").await.unwrap();
    let token = link(&app.lifecycle, "ada@example.com", Purpose::ResetPassword).await;
    let reset = together(MANY, |number| {
        let (life, token) = (app.lifecycle.clone(), token.clone());
        let password = format!("{number} otters borrow violet kites");
        async move { life.reset_password(&source_from(number), &token, password.clone().into()).await.map(|()| password) }
    });
    let winners = winners(reset.await);
    assert_eq!(winners.len(), 1);
    assert_eq!((app.happened("account.password_reset").await, app.letters("password_reset").await), (1, 1));
    assert_eq!(app.sessions("ada@example.com").await, 0);
    let winner = winners[0].clone().into();
    app.lifecycle.sign_in(&source(), None, "ada@example.com", winner).await.unwrap();
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_confirmed_or_cancelled() {
    let app = TestApp::unlimited().await;
    let mut confirmed = 0;
    for trial in 0..20 {
        let old = format!("old{trial}@example.com");
        let new = format!("new{trial}@example.com");
        let (viewer, confirm) = asked_for_change(&app.lifecycle, &old, &new).await;
        let there = signed_in(&app.lifecycle, &old).await;
        let (life, other) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (confirm, _) = duel(
            trial,
            async move { won(life.confirm_email_change(&source(), &viewer, &confirm).await) },
            async move { won(other.cancel_email_change(&source(), &there).await) },
        )
        .await;
        confirmed += i64::from(confirm);
        let cancelled = app.happened("account.email_change_cancelled").await;
        assert_eq!(confirmed + cancelled, i64::try_from(trial).unwrap() + 1, "trial {trial}");
    }
    assert_eq!(app.happened("account.email_changed").await, confirmed);
    assert_eq!(app.happened("account.email_change_cancelled").await, 20 - confirmed);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_undone_once() {
    let app = TestApp::unlimited().await;
    let (ada, token) = asked_for_change(&app.lifecycle, "ada@example.com", "eve@example.com").await;
    app.lifecycle.confirm_email_change(&source(), &ada, &token).await.unwrap();
    let token = link(&app.lifecycle, "ada@example.com", Purpose::UndoEmailChange).await;
    let undone = together(20, |_| {
        let (life, token) = (app.lifecycle.clone(), token.clone());
        async move { life.undo_email_change(&source(), &token).await }
    });
    assert_eq!(winners(undone.await).len(), 1);
    assert_eq!((app.happened("account.email_change_undone").await, app.letters("email_change_undone").await), (1, 2));
    signed_in(&app.lifecycle, "ada@example.com").await;
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_accounts_gets_an_address() {
    let app = TestApp::unlimited().await;
    for trial in 0..10 {
        let wanted = format!("wanted{trial}@example.com");
        let mut asked = Vec::new();
        for name in ["ada", "eve"] {
            asked.push(asked_for_change(&app.lifecycle, &format!("{name}{trial}@example.com"), &wanted).await);
        }
        let outcomes = together(2, |number| {
            let (viewer, token) = asked[number].clone();
            let life = app.lifecycle.clone();
            async move { life.confirm_email_change(&source(), &viewer, &token).await }
        });
        assert_eq!(winners(outcomes.await).len(), 1, "trial {trial}");
    }
    assert_eq!(app.happened("account.email_changed").await, 10);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_sent_by_one_worker() {
    let app = TestApp::unlimited().await;
    app.lifecycle.sign_up(&source(), "ada@example.com", PASSWORD.to_owned().into()).await.unwrap();
    let sent = together(8, |_| {
        let (life, transport) = (app.lifecycle.clone(), app.transport.clone());
        async move { life.send_letter(&transport).await }
    });
    let sent = winners(sent.await).into_iter().filter(|sending| *sending == SendOutcome::Sent);
    assert_eq!(sent.count(), 1);
    assert_eq!(app.letters(Kind::ConfirmAddress.word()).await, 0);
}
