//! `build_export`: the worker's work, and what it does when an obstacle stops it.

use std::{fs, os::unix::fs::PermissionsExt};

use signet::{
    domain::{
        export::MOST_BYTES,
        time::{Span, Timestamp},
    },
    server::{
        export::document::Document,
        lifecycle::{Error, Swept, export::Building},
    },
    testing::{PASSWORD, TestApp},
};

use super::exporting::{ADA, ExportForms, ExportSteps, HTML};
use crate::{panics::Panics, waiting::Waiting};

#[tokio::test]
async fn nobody_else_on_the_machine_reads_the_file_and_nothing_in_it_is_clear() {
    let app = TestApp::new().await;
    let (_, id) = app.with_export(ADA).await;
    let folder = app.exports_folder();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join(&id))), (0o700, 0o600));
    let sealed = fs::read(folder.join(&id)).unwrap();
    for plain in ["ada", "signet", "account", "{", "schema"].map(|text| text.repeat(if text == "{" { 4 } else { 1 })) {
        let found = sealed.windows(plain.len()).any(|part| part == plain.as_bytes());
        // Three letters may occur in random bytes; longer words do not.
        assert!(!found || plain.len() < 5, "{plain}");
    }
}

#[tokio::test]
async fn two_workers_at_once_make_one_file_and_one_letter() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let id = app.export_id().await;
    let (one, two) = tokio::join!(app.lifecycle.build_export(), app.lifecycle.build_export());
    let ready = [one.unwrap(), two.unwrap()].into_iter().filter(|built| *built == Building::Ready).count();
    assert_eq!(ready, 1);
    assert_eq!(app.lifecycle.build_export().await.unwrap(), Building::Nothing);
    assert_eq!(app.export_files(), [id.as_str()]);
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
    assert_eq!(ada.document(id.as_str()).await["account"]["email"], ADA);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let id = app.export_id().await;
    // The user who runs the tests may write anywhere, so a file takes the folder's place.
    fs::write(app.exports_folder(), "in the way").unwrap();
    let failed = app.lifecycle.build_export().await;
    assert!(matches!(failed, Err(Error::Internal(_))), "{failed:?}");
    assert_eq!(app.rows("SELECT state FROM signet_exports").await, ["building"]);
    assert_eq!(app.count("signet_letters").await, 0);
    // The sweep works even when the folder does not.
    assert_eq!(app.lifecycle.sweep().await.unwrap(), Swept::default());
    fs::remove_file(app.exports_folder()).unwrap();
    app.advance_clock(Span::minutes(2));
    assert_eq!(app.deliver_what_is_left().await.words(), [""; 0]);
    assert_eq!(app.lifecycle.build_export().await.unwrap(), Building::Ready);
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
    assert_eq!(app.export_files(), [id.as_str()]);
}

#[tokio::test]
async fn what_a_dead_worker_held_is_prepared_by_the_next_one_in_two_minutes() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let until = app.now().plus(Span::minutes(2));
    let mut dead = app.lifecycle.db.begin().await.unwrap();
    assert!(dead.claim_export(app.now(), until).await.unwrap().is_some());
    dead.commit().await.unwrap();
    app.clock.set(Timestamp(until.0 - 1));
    assert_eq!(app.lifecycle.build_export().await.unwrap(), Building::Nothing);
    app.clock.set(until);
    assert_eq!(app.lifecycle.build_export().await.unwrap(), Building::Ready);
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
}

/// Ada has requested an export, and then bob.
async fn two_asked() -> TestApp {
    let app = TestApp::new().await;
    for browser in [app.authenticated_browser(ADA).await, app.authenticated_browser("bob@example.com").await] {
        browser.sudo(PASSWORD).await;
        browser.post("request_export", &[]).await;
        app.advance_clock(Span::seconds(1));
    }
    app
}

async fn only_bobs_is_prepared(app: &TestApp) {
    assert_eq!(app.lifecycle.build_export().await.unwrap(), Building::Ready);
    assert_eq!(app.lifecycle.build_export().await.unwrap(), Building::Nothing);
    assert_eq!(app.deliver_what_is_left().await.words(), ["export_ready to bob@example.com"]);
}

/// An error with one export delays no other.
#[tokio::test]
async fn an_export_that_cannot_be_written_lets_the_others_pass() {
    let app = two_asked().await;
    fs::write(app.exports_folder(), "in the way").unwrap();
    app.lifecycle.build_export().await.unwrap_err();
    fs::remove_file(app.exports_folder()).unwrap();
    only_bobs_is_prepared(&app).await;
}

#[tokio::test]
async fn an_export_whose_writing_panics_lets_the_others_pass() {
    let app = two_asked().await;
    let panics = Panics::at("file", 1..2);
    let life = app.lifecycle.clone();
    assert!(tokio::spawn(async move { life.build_export().await }).await.unwrap_err().is_panic());
    drop(panics);
    only_bobs_is_prepared(&app).await;
    app.advance_clock(Span::minutes(2));
    assert_eq!(app.lifecycle.build_export().await.unwrap(), Building::Ready);
}

#[tokio::test]
async fn an_account_that_closed_meanwhile_gets_no_export() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    ada.post("schedule_deletion", &[("confirmation", ADA)]).await;
    let letters = app.deliver().await.words();
    assert_eq!(letters, ["deletion_scheduled to ada@example.com"]);
    assert_eq!(app.count("signet_exports").await, 0);
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.export_files(), [""; 0]);
}

/// Only on PostgreSQL can another transaction act between the claim and the end.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_whose_row_goes_while_it_is_written_leaves_no_file() {
    let app = TestApp::new().await;
    if !app.db.is_postgres() {
        return;
    }
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let user = app.user(ADA).await;
    let mut held = app.lifecycle.db.begin().await.unwrap();
    held.lock_user(&user).await.unwrap();
    let life = app.lifecycle.clone();
    let building = tokio::spawn(async move { life.build_export().await });
    app.until_waiting(1).await;
    assert_eq!(app.export_files(), [app.export_id().await]);
    assert!(held.drop_export(&user).await.unwrap());
    held.commit().await.unwrap();
    assert_eq!(building.await.unwrap().unwrap(), Building::Dropped);
    assert_eq!(app.export_files(), [""; 0]);
}

#[tokio::test]
async fn erasing_the_account_takes_row_and_file_along() {
    let app = TestApp::new().await;
    let (ada, _) = app.with_export(ADA).await;
    assert_eq!(app.export_files().len(), 1);
    ada.post("schedule_deletion", &[("confirmation", ADA)]).await;
    app.advance_clock(Span::days(14));
    app.deliver().await;
    assert_eq!((app.count("signet_exports").await, app.export_files()), (0, Vec::new()));
}

#[tokio::test]
async fn the_sweep_removes_what_ran_out_and_files_of_nobody() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let folder = app.exports_folder();
    let stray = "ab".repeat(16);
    let strays = [stray.clone(), format!("{stray}.00.part"), format!("{id}.00.part")];
    for name in &strays {
        fs::write(folder.join(name), "left over").unwrap();
    }
    fs::write(folder.join("zz-notes"), "not ours").unwrap();
    app.advance_clock(Span::hours(24));
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.export_files(), [id.as_str(), "zz-notes"]);
    app.advance_clock(Span::seconds(1));
    app.lifecycle.sweep().await.unwrap();
    assert_eq!((app.count("signet_exports").await, app.export_files()), (0, vec!["zz-notes".to_owned()]));
    ada.sudo(PASSWORD).await;
    let page = ada.downloads(&id, HTML).await;
    assert!(ada.follow(page).await.body.contains("That export no longer exists."));
}

#[tokio::test]
async fn a_part_of_a_file_that_is_being_written_is_left_alone() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let part = format!("{}.00.part", app.export_id().await);
    fs::create_dir(app.exports_folder()).unwrap();
    fs::write(app.exports_folder().join(&part), "half").unwrap();
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.export_files(), [part]);
    app.settle().await;
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.export_files(), [app.export_id().await]);
}

/// A document that would be too large has fewer events: the oldest are left out.
#[tokio::test]
async fn a_document_is_no_larger_than_it_may_be() {
    let app = TestApp::unlimited().await;
    let ada = app.authenticated_browser(ADA).await;
    for _ in 0..40 {
        ada.call("update_profile", &[("name", &"x".repeat(65))]).await;
    }
    ada.post("update_profile", &[("name", "Ada")]).await;
    let user = app.user(ADA).await;
    let json = async |most| {
        let mut tx = app.db.db.read().await.unwrap();
        let found = tx.exported(&user).await.unwrap().unwrap();
        let json = Document::of(found, app.now()).into_json(most).unwrap();
        (json.len(), serde_json::from_slice::<serde_json::Value>(&json).unwrap())
    };
    let (whole, document) = json(MOST_BYTES).await;
    let events = document["events"].as_array().unwrap().clone();
    assert_eq!(events.len(), 43);
    let (size, document) = json(whole - 1).await;
    let left = document["events"].as_array().unwrap().clone();
    assert!(size < whole && left == events[events.len() - left.len()..], "{}", left.len());
    assert_eq!(left.len(), 21);
    let (_, document) = json(0).await;
    assert_eq!(document["events"].as_array().unwrap().len(), 0);
    assert_eq!(document["account"]["email"], ADA);
}
