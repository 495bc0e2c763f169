//! `request_export`: a worker prepares a copy of the account's data.

use signet::{
    domain::{error::Refusal, time::Span},
    testing::{PASSWORD, TestApp},
};

use super::exporting::{ADA, ExportForms, ExportSteps, HTML, PAGE};

#[tokio::test]
async fn it_is_prepared_and_the_owner_is_told_without_its_content() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let page = ada.post("request_export", &[]).await;
    let page = ada.follow(page).await;
    assert!(page.body.contains(" preparing your export and will email ada@example.com"), "{}", page.body);
    assert!(
        page.body.contains("Preparing your export (started ") && !page.body.contains("Prepare export"),
        "{}",
        page.body
    );
    assert_eq!(app.news().await, ["account.export_requested by person of ada@example.com"]);
    assert_eq!(app.export_files(), [""; 0], "nobody has worked yet");

    let post = app.deliver().await;
    assert_eq!(post.words(), ["export_ready to ada@example.com"]);
    let letter = &post.0[0].letter;
    assert!(letter.text.contains("until 16 January 2027, 08:00 UTC"), "{}", letter.text);
    assert_eq!(letter.links[0], format!("https://signet.example{PAGE}"));
    let id = app.export_id().await;
    assert_eq!(app.export_files(), [id.as_str()]);
    assert!(!letter.text.contains(&id) && !letter.html.contains(&id));
    let page = ada.get(PAGE).await;
    assert!(page.body.contains("16 January 2027, 08:00 UTC") && page.body.contains("Download"), "{}", page.body);
    assert_eq!(app.news().await, [""; 0]);
}

#[tokio::test]
async fn one_is_prepared_at_a_time() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    app.news().await;
    let page = app.changes_nothing(ada.call("request_export", &[])).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (409, Some(Refusal::ExportRunning)));
    assert_eq!(app.news().await, ["account.export_requested.failure by person of ada@example.com: export_running"]);
    let plain = ada.post("request_export", &[]).await;
    let page = ada.follow(plain).await;
    assert!(page.body.contains(" already preparing your export"), "{}", page.body);
    // Another person need not wait.
    let bob = app.authenticated_browser("bob@example.com").await;
    bob.sudo(PASSWORD).await;
    assert_eq!(bob.call("request_export", &[]).await.status, 200);
}

#[tokio::test]
async fn of_two_requests_at_once_one_wins() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let (one, two) = tokio::join!(ada.call("request_export", &[]), ada.call("request_export", &[]));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.count("signet_exports").await, 1);
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
}

#[tokio::test]
async fn one_that_is_ready_gives_way_with_its_file_and_its_unsent_letter() {
    let app = TestApp::unlimited().await;
    let (ada, first) = app.with_export(ADA).await;
    let second = ada.exports().await;
    assert_ne!(first, second);
    assert_eq!(app.export_files(), [second.as_str()]);
    let page = ada.downloads(&first, HTML).await;
    let page = ada.follow(page).await;
    assert!(page.body.contains("That export no longer exists. Prepare a new one."), "{}", page.body);

    // It is built, and its letter is still unsent.
    ada.post("request_export", &[]).await;
    app.builds().await;
    assert_eq!(app.count("signet_letters WHERE kind = 'export_ready'").await, 1);
    ada.post("request_export", &[]).await;
    assert_eq!(app.count("signet_letters WHERE kind = 'export_ready'").await, 0);
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
}

#[tokio::test]
async fn an_account_that_is_not_active_has_none() {
    let app = TestApp::new().await;
    let (eve, _) = app.unverified("eve@example.com").await;
    eve.sudo(PASSWORD).await;
    let page = app.changes_nothing(eve.call("request_export", &[])).await;
    assert_eq!(page.refusal(), Some(Refusal::Unverified));
    let bob = app.scheduled_browser("bob@example.com").await;
    let page = app.changes_nothing(bob.call("request_export", &[])).await;
    assert_eq!(page.refusal(), Some(Refusal::DeletionScheduled));
    let page = app.browser().call("request_export", &[]).await;
    assert_eq!(page.refusal(), Some(Refusal::SignInRequired));
}

#[tokio::test]
async fn it_is_offered_where_the_account_is_deleted_and_in_the_overview() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let delete = "/users/settings/delete";
    let link = "Export your data first</a>";
    let page = ada.get(delete).await;
    assert!(page.body.contains(link) && page.body.contains("t exported your data."), "{}", page.body);
    assert!(ada.get("/users/settings").await.body.contains("Export your data</a>"));
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let page = ada.get(delete).await;
    assert!(page.body.contains("preparing your export. Closing"), "{}", page.body);
    app.settle().await;
    let page = ada.get(delete).await;
    assert!(page.body.contains("Your export is ready until 16 January 2027, 08:00 UTC"), "{}", page.body);
    app.advance_clock(Span::hours(25));
    let page = ada.get(delete).await;
    assert!(page.body.contains("t exported your data."), "{}", page.body);
    let (eve, _) = app.unverified("eve@example.com").await;
    assert!(!eve.get(delete).await.body.contains(link));
}
