//! One link, opened many times at once.

use signet::{
    domain::{mail_token::Purpose, outbox::Kind},
    server::lifecycle::outbox::SendOutcome,
    testing::{
        TestApp,
        people::{PASSWORD, in_sudo, link, signed_in, source, verified},
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
        async move {
            life.reset_password(&source_from(number), &token, password.clone().into(), &[]).await.map(|_| password)
        }
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
    assert_eq!(app.letters("reset_password").await, 1);
    app.is_consistent().await;
}

/// Two reset links work side by side until one of them is used.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_reset_links_one_is_used() {
    let app = TestApp::unlimited().await;
    for trial in 0..10 {
        let email = format!("ada{trial}@example.com");
        verified(&app.lifecycle, &email).await;
        let mut tokens = Vec::new();
        for _ in 0..2 {
            app.lifecycle.request_password_reset(&source(), &email).await.unwrap();
            tokens.push(link(&app.lifecycle, &email, Purpose::ResetPassword).await);
        }
        let reset = together(2, |number| {
            let (life, token) = (app.lifecycle.clone(), tokens[number].clone());
            let password = format!("{number} otters borrow violet kites");
            async move { life.reset_password(&source(), &token, password.clone().into(), &[]).await.map(|_| password) }
        });
        let winners = winners(reset.await);
        assert_eq!(winners.len(), 1, "trial {trial}");
        app.lifecycle.sign_in(&source(), None, &email, winners[0].clone().into()).await.unwrap();
    }
    assert_eq!(app.happened("account.password_reset").await, 10);
    assert_eq!(app.count("signet_mail_links").await, 0);
    app.is_consistent().await;
}

/// Requests at the same moment count each other.
#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_five_reset_links_are_made_at_once() {
    let app = TestApp::unlimited().await;
    verified(&app.lifecycle, "ada@example.com").await;
    let asked = together(20, |_| {
        let life = app.lifecycle.clone();
        async move { life.request_password_reset(&source(), "ada@example.com").await }
    });
    assert_eq!(winners(asked.await).len(), 20, "every answer is the same");
    assert_eq!((app.count("signet_mail_links").await, app.letters("reset_password").await), (5, 5));
    assert_eq!(app.happened("account.password_reset_requested").await, 5);
    app.is_consistent().await;
}

/// A keep link is pressed several times at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_kept_once() {
    let app = TestApp::new().await;
    let ada = in_sudo(&app.lifecycle, &verified(&app.lifecycle, "ada@example.com").await).await;
    app.lifecycle.schedule_deletion(&source(), &ada, "ada@example.com").await.unwrap();
    let token = link(&app.lifecycle, "ada@example.com", Purpose::KeepAccount).await;
    let kept = together(20, |_| {
        let (life, token) = (app.lifecycle.clone(), token.clone());
        async move { life.keep_account(&source(), &token).await }
    });
    assert_eq!(winners(kept.await).len(), 1);
    let cancelled = (app.happened("account.deletion_cancelled").await, app.letters("deletion_cancelled").await);
    assert_eq!(cancelled, (1, 1));
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
