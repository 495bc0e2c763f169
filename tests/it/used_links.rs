//! What the page of a link that no longer works says to the person for whom it has worked (ADR 0013).

use signet::{
    domain::outbox::Kind,
    testing::{Browser, OTHER_PASSWORD, PASSWORD, TestApp},
};

const ADA: &str = "ada@example.com";

/// A person presses the button twice, or opens the letter again later.
#[tokio::test]
async fn the_owner_of_a_used_link_reads_what_it_has_done_and_no_other_account_is_told_of_it() {
    let app = TestApp::unlimited().await;
    let (ada, verify) = app.unverified(ADA).await;
    ada.post("verify_email", &[("token", &verify), ("password", PASSWORD)]).await;
    app.settle().await;
    let (_, cancel) = ada.ask_for_change("ada.two@example.com").await;
    ada.post("cancel_email_change_by_link", &[("token", &cancel)]).await;
    let (confirm, _) = ada.ask_for_change("ada.two@example.com").await;
    ada.post("confirm_email_change", &[("token", &confirm)]).await;
    let undo = app.deliver().await.token(Kind::EmailChangedOld);
    ada.sign_in("ada.two@example.com", PASSWORD).await;
    let bob = app.authenticated_browser("bob@example.com").await;
    let reads = async |browser: &Browser<'_>, path: String, words: &str, are_there: bool| {
        app.run_jobs().await;
        let page = browser.get(&path).await;
        assert!(page.body.contains("This link no longer works"), "{path}: {}", page.body);
        assert_eq!(page.body.contains(words), are_there, "{path}: {}", page.body);
    };
    let (confirmed, cancelled) = (format!("/users/confirm/{verify}"), format!("/users/email-change/cancel/{cancel}"));
    let changed = format!("/users/settings/confirm-email/{confirm}");
    reads(&ada, confirmed.clone(), "signed in as ada.two@example.com.", true).await;
    reads(&ada, cancelled.clone(), "The change has already been cancelled. Your email is ada.two@example.com.", true)
        .await;
    reads(&ada, changed.clone(), "Your email has already been changed to ada.two@example.com.", true).await;
    for path in [&cancelled, &changed] {
        reads(&bob, path.clone(), "already", false).await;
    }
    // What a confirm link was for is gone with its row, so a confirmed person reads about their own address.
    reads(&bob, confirmed.clone(), "signed in as bob@example.com.", true).await;
    for path in [&confirmed, &cancelled] {
        reads(&app.browser(), path.clone(), "already", false).await;
    }
    ada.post("undo_email_change", &[("token", &undo)]).await;
    let reset = app.deliver().await.token(Kind::ResetPassword);
    ada.post("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
    ada.sign_in(ADA, OTHER_PASSWORD).await;
    let undone = format!("/users/email-change/undo/{undo}");
    reads(&ada, undone, "Your email has already been restored to ada@example.com.", true).await;
    // The confirmation was undone since.
    reads(&ada, changed, "already", false).await;
}

/// Without JavaScript a second press of the button sends the form again.
#[tokio::test]
async fn a_button_that_is_pressed_twice_tells_its_owner_that_it_has_worked() {
    let app = TestApp::new().await;
    let (ada, verify) = app.unverified(ADA).await;
    let fields = [("token", verify.as_str())];
    ada.post("verify_email", &fields).await;
    let again = ada.post("verify_email", &fields).await;
    let page = ada.follow(again).await;
    assert!(page.body.contains("signed in as ada@example.com."), "{}", page.body);
}
