//! An address moves from one account to another while a third person uses it.

use std::time::Duration;

use signet::{
    domain::{email::Email, id::UserId},
    server::{
        lifecycle::{Viewer, deletion::Execution},
        store::Db,
    },
    testing::{
        TestApp,
        people::{PASSWORD, source, verified, viewer},
    },
};

use super::{
    RaceSteps,
    deletion::{due, executed},
    duel, won,
};
use crate::waiting::Waiting;

/// A person signs up with the address that an account is just giving up.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_moves_away_is_not_erased_for_its_old_address() {
    let app = TestApp::unlimited().await;
    let (browser, _) = app.unverified("old@example.com").await;
    browser.post("resend_confirmation", &[]).await;
    let holder = app.user("old@example.com").await;
    let mut tx = app.lifecycle.db.begin().await.unwrap();
    let user = tx.lock_user(&holder).await.unwrap().unwrap();
    let new = Email::parse("new@example.com").unwrap();
    assert!(tx.set_email(&holder, &user.email, &new, None).await.unwrap().is_some());
    let life = app.lifecycle.clone();
    let stranger =
        tokio::spawn(async move { life.sign_up(&source(), "old@example.com", PASSWORD.to_owned().into()).await });
    app.until_waiting(1).await;
    tx.commit().await.unwrap();
    stranger.await.unwrap().unwrap();

    assert_eq!(app.user("new@example.com").await, holder);
    assert_ne!(app.user("old@example.com").await, holder);
    assert!(browser.is_signed_in().await);
    assert_eq!(app.count(&format!("signet_letters WHERE user_id = '{holder}'")).await, 1);
    assert_eq!(app.letters("confirm_address").await, 2);
    app.is_consistent().await;
}

/// Runs `act` while a worker erases the account: the worker stops before its last step, and continues as soon as `act`
/// waits for it. `None` on SQLite, which allows one write at a time.
pub(super) async fn while_erasing<T: Send + 'static>(
    app: &TestApp,
    user: &UserId,
    act: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let Db::Postgres(pool, ..) = &app.db.db else { return None };
    let mut held = pool.begin().await.unwrap();
    // The row that an erasure changes last.
    let last = sqlx::query("SELECT 1 FROM signet_event_context WHERE user_id = $1 FOR UPDATE").bind(user.as_str());
    assert!(!last.fetch_all(&mut *held).await.unwrap().is_empty());
    let worker = app.lifecycle.clone();
    let execution = tokio::spawn(async move { worker.execute_deletion().await });
    app.until_waiting(1).await;
    let acting = tokio::spawn(act);
    app.until_waiting(2).await;
    held.rollback().await.unwrap();
    assert_eq!(execution.await.unwrap().unwrap(), Execution::Executed);
    Some(acting.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_with_an_address_that_is_being_erased_waits_and_gets_it() {
    let app = TestApp::hasty().await;
    let email = "ada@example.com";
    let user = due(&app, &verified(&app.lifecycle, email).await, email).await;
    let life = app.lifecycle.clone();
    let stranger = async move { life.sign_up(&source(), email, PASSWORD.to_owned().into()).await };
    let Some(signed_up) = while_erasing(&app, &user, stranger).await else { return };

    signed_up.unwrap();
    assert_ne!(app.user(email).await, user);
    assert_eq!((app.letters("already_registered").await, app.letters("confirm_address").await), (0, 1));
    assert_eq!(app.letters("deletion_executed").await, 1);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_while_an_account_is_erased_gets_the_address_or_its_owner_a_letter() {
    const TRIALS: usize = 50;
    let app = TestApp::hasty().await;
    for trial in 0..TRIALS {
        let email = format!("ada{trial}@example.com");
        due(&app, &verified(&app.lifecycle, &email).await, &email).await;
        let (life, worker, address) = (app.lifecycle.clone(), app.lifecycle.clone(), email.clone());
        let (signed_up, execution) = duel(
            trial,
            async move { life.sign_up(&source(), &address, PASSWORD.to_owned().into()).await },
            async move {
                // Signing up first hashes a password.
                tokio::time::sleep(Duration::from_micros(u64::try_from(trial).unwrap() * 200)).await;
                executed(&worker).await
            },
        )
        .await;
        signed_up.unwrap();
        assert_eq!(execution, Execution::Executed, "trial {trial}");
    }
    assert_eq!(app.letters("already_registered").await, 0, "taken back with the account");
    assert_eq!(app.happened("account.deletion_executed").await, i64::try_from(TRIALS).unwrap());
    app.is_consistent().await;
}

/// An account with `email`, not verified, signed in.
async fn unverified(app: &TestApp, email: &str) -> Viewer {
    app.lifecycle.sign_up(&source(), email, PASSWORD.to_owned().into()).await.unwrap();
    let signed_in = app.lifecycle.sign_in(&source(), None, email, PASSWORD.to_owned().into()).await.unwrap();
    viewer(&app.lifecycle, &signed_in.token).await
}

/// Two unverified accounts each correct their address to the other's.
#[tokio::test(flavor = "multi_thread")]
async fn two_who_want_each_others_address_wait_for_each_other_and_not_for_ever() {
    let app = TestApp::unlimited().await;
    for trial in 0..20 {
        let (one, other) = (format!("one{trial}@example.com"), format!("other{trial}@example.com"));
        let (here, there) = (unverified(&app, &one).await, unverified(&app, &other).await);
        let (life, lives) = (app.lifecycle.clone(), app.lifecycle.clone());
        let (first, second) =
            duel(trial, async move { won(life.request_email_change(&source(), &here, &other).await) }, async move {
                won(lives.request_email_change(&source(), &there, &one).await)
            })
            .await;
        assert!(first || second, "trial {trial}");
    }
    app.is_consistent().await;
}
