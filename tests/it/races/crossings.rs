//! Actions that cross: another action changes what one of them has read before it acts. The tests lock a row that
//! the first one needs, and let the others run.

use std::time::Duration;

use signet::{
    domain::{
        email::Email,
        email_change::State,
        error::Refusal,
        id::UserId,
        mail_token::Purpose,
        providers::{AskFor, AttemptRequest},
    },
    server::{
        lifecycle::{Error, Lifecycle, RequestOrigin, Viewer},
        store::Tx,
    },
    testing::{
        TestApp,
        people::{PASSWORD, in_sudo, link, password_change, signed_in, source, verified},
    },
};
use tokio::time::timeout;

use super::{RaceSteps, addresses::while_erasing, asked_for_change, deletion::due, is_alive, won};
use crate::{
    abroad::{Abroad, BRAVO, GITHUB, refusal},
    waiting::Waiting,
};

const ADA: &str = "ada@example.com";
const NEW: &str = "new@example.com";
const OTHER_PASSWORD: &str = "seven otters borrow violet kites";

/// A viewer who is signed up and in, not verified, with an address that another account has verified.
async fn pretender(life: &Lifecycle, typed: &str) -> Viewer {
    let mistyped = "mistyped@example.com";
    life.sign_up(&source(), mistyped, PASSWORD.to_owned().into()).await.unwrap();
    let viewer = signed_in(life, mistyped).await;
    // Signing up with such an address is impossible, but an account may be corrected to it.
    life.request_email_change(&source(), &viewer, typed).await.unwrap();
    viewer
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_the_link_again_while_the_owner_is_erased_gets_it() {
    let app = TestApp::hasty().await;
    let owner = verified(&app.lifecycle, "Ada@example.com").await;
    let other = pretender(&app.lifecycle, "ADA@example.com").await;
    let owner = due(&app, &owner, "Ada@example.com").await;
    // The letters are gone when the erasure reaches its last step.
    let life = app.lifecycle.clone();
    let asks = async move { life.resend_confirmation(&source(), &other).await };
    let Some(asked) = while_erasing(&app, &owner, asks).await else { return };

    asked.unwrap();
    assert_eq!(app.count(&format!("signet_letters WHERE user_id = '{owner}'")).await, 0);
    let letters = "SELECT kind, recipient FROM signet_letters ORDER BY kind";
    snapshot!(app.db.table(letters).await, @"
    kind               recipient
    confirm_address    ADA@example.com
    deletion_executed  Ada@example.com
    ");
    assert_eq!(app.happened("account.deletion_executed").await, 1);
    app.is_consistent().await;
}

/// An address with other capitals may be another mailbox.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_an_address_is_told_at_the_address_as_it_is_stored() {
    let app = TestApp::unlimited().await;
    verified(&app.lifecycle, "Ada@example.com").await;
    let other = pretender(&app.lifecycle, "ADA@example.com").await;
    app.lifecycle.resend_confirmation(&source(), &other).await.unwrap();

    let letters = "SELECT kind, recipient FROM signet_letters";
    snapshot!(app.db.table(letters).await, @"
    kind                recipient
    already_registered  Ada@example.com
    already_registered  Ada@example.com
    ");
    assert_eq!(app.count("signet_mail_links").await, 0);
    app.is_consistent().await;
}

/// The refusal of an action whose session ends after the action has read it: the row that it writes for the session
/// waits for that end.
async fn while_the_session_ends<T: Send + 'static>(
    app: &TestApp,
    viewer: &Viewer,
    action: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Refusal {
    let mut ending = app.lifecycle.db.begin().await.unwrap();
    assert!(ending.end_session(&viewer.session.id, &viewer.user.id).await.unwrap());
    let action = tokio::spawn(action);
    app.until_waiting(1).await;
    ending.commit().await.unwrap();
    refusal(action.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_meanwhile_sets_out_to_no_provider_and_asks_for_no_code() {
    let world = Abroad::with(|settings| settings.limits.enabled = false).await;
    let linking = in_sudo(world.life(), &verified(world.life(), "bob@example.com").await).await;
    let asking = world.came_through(GITHUB).await;
    let (life, viewer) = (world.life().clone(), linking.clone());
    let linked = while_the_session_ends(&world.app, &linking, async move {
        let wanted = AttemptRequest { provider: BRAVO, ask: AskFor::Link, return_to: "/dashboard" };
        life.begin_provider(&source(), Some(&viewer), wanted).await
    });
    assert_eq!(linked.await, Refusal::SignInRequired);
    let (life, viewer) = (world.life().clone(), asking.clone());
    let asked =
        while_the_session_ends(&world.app, &asking, async move { life.request_sudo_code(&source(), &viewer).await });
    assert_eq!(asked.await, Refusal::SignInRequired);

    for table in ["signet_sessions", "signet_provider_attempts", "signet_sudo_codes", "signet_letters"] {
        assert_eq!(world.app.count(table).await, 0, "{table}");
    }
    assert_eq!(world.app.count("signet_events WHERE failure <> 'sign_in_required'").await, 0);
    world.app.is_consistent().await;
}

/// A stranger signs up with `email`, which no account has, while an action gives it to the account of `viewer`.
/// Such an action ends the other sessions after it has set the address, and waits for one of them there.
async fn signs_up_meanwhile<T: Send + 'static>(
    app: &TestApp,
    viewer: &Viewer,
    email: &'static str,
    action: impl Future<Output = Result<T, Error>> + Send + 'static,
) {
    let other = signed_in(&app.lifecycle, viewer.user.email.as_str()).await;
    let mut held = app.lifecycle.db.begin().await.unwrap();
    assert!(held.end_session(&other.session.id, &viewer.user.id).await.unwrap());
    let action = tokio::spawn(action);
    app.until_waiting(1).await;
    let life = app.lifecycle.clone();
    let stranger = tokio::spawn(async move { life.sign_up(&source(), email, PASSWORD.to_owned().into()).await });
    app.until_waiting(2).await;
    held.rollback().await.unwrap();

    assert!(won(action.await.unwrap()));
    stranger.await.unwrap().unwrap();
    // On SQLite the stranger may have been first; then the action has replaced that account.
    assert_eq!(app.count(&format!("signet_users WHERE email_key = '{email}'")).await, 1);
    assert_eq!(app.user(email).await, viewer.user.id);
    assert_eq!(app.letters("confirm_address").await, 0);
    let refused = app.count("signet_events WHERE failure = 'email_taken'").await;
    assert_eq!(app.letters("already_registered").await, refused);
    app.is_consistent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_with_an_address_that_is_being_changed_to_comes_after_its_owner() {
    let app = TestApp::unlimited().await;
    let (ada, token) = asked_for_change(&app.lifecycle, ADA, NEW).await;
    let (life, viewer) = (app.lifecycle.clone(), ada.clone());
    signs_up_meanwhile(&app, &ada, NEW, async move { life.confirm_email_change(&source(), &viewer, &token).await })
        .await;
    assert_eq!(app.happened("account.email_changed").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_with_an_address_that_is_being_taken_back_comes_after_its_owner() {
    let app = TestApp::unlimited().await;
    let (ada, token) = asked_for_change(&app.lifecycle, ADA, NEW).await;
    app.lifecycle.confirm_email_change(&source(), &ada, &token).await.unwrap();
    let undo = link(&app.lifecycle, ADA, Purpose::UndoEmailChange).await;
    let ada = signed_in(&app.lifecycle, NEW).await;
    let life = app.lifecycle.clone();
    signs_up_meanwhile(&app, &ada, ADA, async move { life.undo_email_change(&source(), &undo).await }).await;
    assert_eq!(app.happened("account.email_change_undone").await, 1);
}

/// Gives an account another address, and with it a new security stamp; the test commits.
async fn moving(app: &TestApp, user: &UserId, to: &str) -> Tx {
    let mut tx = app.lifecycle.db.begin().await.unwrap();
    let from = tx.lock_user(user).await.unwrap().unwrap().email;
    let to = Email::parse(to).unwrap();
    assert!(tx.set_email(user, &from, &to, Some(app.now())).await.unwrap().is_some());
    tx
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_reset_at_an_address_that_is_left_meanwhile_gets_none_at_the_new_one() {
    let app = TestApp::unlimited().await;
    let ada = verified(&app.lifecycle, ADA).await;
    let moves = moving(&app, &ada.user.id, NEW).await;
    let life = app.lifecycle.clone();
    let asked = tokio::spawn(async move { life.request_password_reset(&source(), ADA).await });
    app.until_waiting(1).await;
    moves.commit().await.unwrap();
    asked.await.unwrap().unwrap();

    assert_eq!((app.count("signet_letters").await, app.count("signet_mail_links").await), (0, 0));
    let asked = "SELECT failure, user_id FROM signet_events WHERE event = 'account.password_reset_requested'";
    snapshot!(app.db.table(asked).await, @"
    failure     user_id
    no_account  NULL
    ");
    app.is_consistent().await;
}

/// The security stamp changes, but neither the address nor the password that proved it.
#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_signs_in_though_the_account_changes_meanwhile() {
    let app = TestApp::unlimited().await;
    let ada = verified(&app.lifecycle, ADA).await;
    let moves = moving(&app, &ada.user.id, "Ada@example.com").await;
    let life = app.lifecycle.clone();
    let signs_in = tokio::spawn(async move { life.sign_in(&source(), None, ADA, PASSWORD.to_owned().into()).await });
    app.until_waiting(1).await;
    moves.commit().await.unwrap();
    let token = signs_in.await.unwrap().unwrap().token;

    assert!(is_alive(&app.lifecycle, &token).await);
    assert_eq!(app.sessions(ADA).await, 2);
    assert_eq!(app.count("signet_events WHERE failure IS NOT NULL").await, 0);
    assert_eq!(app.happened("session.sign_in").await, 1);
    app.is_consistent().await;
}

/// The password was right when the request was sent, and the change has ended the session.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_meanwhile_is_not_wrong_but_the_session_is_over() {
    let app = TestApp::unlimited().await;
    let life = &app.lifecycle;
    let here = verified(life, ADA).await;
    let there = signed_in(life, ADA).await;
    life.change_password(&source(), &here, password_change(PASSWORD, OTHER_PASSWORD)).await.unwrap();
    let confirmed = life.confirm_sudo(&source(), &there, PASSWORD.to_owned().into()).await;
    assert_eq!(refusal(confirmed), Refusal::SignInRequired);
    let change = password_change(PASSWORD, "nine badgers lend yellow ropes");
    let changed = life.change_password(&source(), &there, change).await;
    assert_eq!(refusal(changed), Refusal::SignInRequired);

    let failures = "SELECT event, failure FROM signet_events WHERE failure IS NOT NULL ORDER BY id";
    snapshot!(app.db.table(failures).await, @"
    event                     failure
    session.sudo_confirmed    sign_in_required
    account.password_changed  sign_in_required
    ");
    assert_eq!((app.letters("password_changed").await, app.sessions(ADA).await), (1, 1));
    life.sign_in(&source(), None, ADA, OTHER_PASSWORD.to_owned().into()).await.unwrap();
    app.is_consistent().await;
}

/// Otherwise a stranger's copy of the old token would replace the session's token, and the token that was issued
/// meanwhile would stop working.
#[tokio::test(flavor = "multi_thread")]
async fn a_verification_takes_no_session_whose_token_was_renewed_meanwhile_in_another_browser() {
    let app = TestApp::unlimited().await;
    let life = &app.lifecycle;
    life.sign_up(&source(), ADA, PASSWORD.to_owned().into()).await.unwrap();
    let token = link(life, ADA, Purpose::VerifyEmail).await;
    let before = signed_in(life, ADA).await;
    let renewed = life.confirm_sudo(&source(), &before, PASSWORD.to_owned().into()).await.unwrap();
    let elsewhere = RequestOrigin { device: None, ..source() };
    let outcome = life.verify_email(&elsewhere, Some(&before), &token, None).await;
    assert_eq!(refusal(outcome), Refusal::SignInRequired);

    assert_eq!(app.count("signet_users WHERE email_verified_at IS NOT NULL").await, 0);
    assert_eq!(app.happened("account.email_verified").await, 0);
    assert!(is_alive(life, &renewed).await);
    assert_eq!((app.count("signet_mail_links").await, app.sessions(ADA).await), (1, 1));
    // The link is still unused. The owner's browser may have the old token still: then it gets another session.
    let signed_in = life.verify_email(&source(), Some(&before), &token, None).await.unwrap();
    assert!(is_alive(life, &signed_in.token).await && !is_alive(life, &renewed).await);
    assert_eq!(app.sessions(ADA).await, 1);
    app.is_consistent().await;
}

/// The owner of the new address holds a lock on their own account and requests the old address. On PostgreSQL the
/// confirmation does not wait for them: it is enough that they have the address.
#[tokio::test(flavor = "multi_thread")]
async fn who_confirms_an_address_does_not_wait_for_its_owner_who_wants_theirs() {
    let app = TestApp::unlimited().await;
    let life = app.lifecycle.clone();
    let (ada, token) = asked_for_change(&life, ADA, NEW).await;
    let owner = in_sudo(&life, &verified(&life, NEW).await).await;
    life.request_email_change(&source(), &owner, "elsewhere@example.com").await.unwrap();
    // This stops the new request when it has locked its own account and not yet the other.
    let mut held = life.db.begin().await.unwrap();
    assert!(held.close_email_change(&owner.user.id, State::Cancelled).await.unwrap());
    let asker = app.lifecycle.clone();
    let asked = tokio::spawn(async move { asker.request_email_change(&source(), &owner, ADA).await });
    app.until_waiting(1).await;
    let mut confirmed = tokio::spawn(async move { life.confirm_email_change(&source(), &ada, &token).await });
    let outcome = match held {
        Tx::Sqlite(..) => {
            app.until_waiting(2).await;
            held.rollback().await.unwrap();
            confirmed.await.unwrap()
        }
        Tx::Postgres(..) => {
            let outcome = timeout(Duration::from_secs(5), &mut confirmed).await.expect("it waits").unwrap();
            held.rollback().await.unwrap();
            outcome
        }
    };

    assert!(won(asked.await.unwrap()));
    assert_eq!(refusal(outcome), Refusal::DeadLink);
    assert_eq!(app.count("signet_events WHERE failure IS NOT NULL").await, 1);
    assert_eq!(app.happened("account.email_change_requested").await, 3);
    assert_eq!(app.happened("account.email_changed").await, 0);
    let told = "SELECT recipient FROM signet_letters WHERE kind = 'email_change_to_taken'";
    assert_eq!(app.rows(told).await, [ADA]);
    app.is_consistent().await;
}

/// A browser that is signed in to one account confirms another one, and corrects its own account to that one's address
/// at the same moment. The confirmation holds the new account and waits for the session; the correction holds the
/// session and waits for the new account. PostgreSQL rolls one of them back, and Signet tries it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_in_a_browser_of_another_account_survives_a_deadlock() {
    let app = TestApp::unlimited().await;
    let life = app.lifecycle.clone();
    life.sign_up(&source(), "mistyped@example.com", PASSWORD.to_owned().into()).await.unwrap();
    let browser = signed_in(&life, "mistyped@example.com").await;
    life.sign_up(&source(), NEW, PASSWORD.to_owned().into()).await.unwrap();
    let token = link(&life, NEW, Purpose::VerifyEmail).await;
    // The correction reserves the address when it holds its own account and session.
    let mut held = life.db.begin().await.unwrap();
    held.reserve_address(&Email::parse(NEW).unwrap().key()).await.unwrap();
    let (correcting, viewer) = (life.clone(), browser.clone());
    let corrected = tokio::spawn(async move { correcting.request_email_change(&source(), &viewer, NEW).await });
    app.until_waiting(1).await;
    let confirmed = tokio::spawn(async move {
        life.verify_email(&source(), Some(&browser), &token, Some(PASSWORD.to_owned().into())).await
    });
    app.until_waiting(2).await;
    held.rollback().await.unwrap();

    let (confirmed, corrected) = (won(confirmed.await.unwrap()), won(corrected.await.unwrap()));
    assert!(confirmed != corrected, "confirmed: {confirmed}, corrected: {corrected}");
    assert_eq!(app.count(&format!("signet_users WHERE email_key = '{NEW}'")).await, 1);
    app.is_consistent().await;
}
