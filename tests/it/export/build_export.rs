//! `build_export`: what the worker does, and what it does when something is in its way.

use std::{fs, os::unix::fs::PermissionsExt};

use signet::{
    domain::{id::ExportId, time::Span},
    server::lifecycle::{Error, Swept, export::Building},
};

use super::exporting::{ADA, HTML};
use crate::{
    app::{PASSWORD, TestApp},
    people::take,
};

/// Asked for, and its job taken off the queue.
async fn asked(app: &TestApp) -> ExportId {
    let (id, job) = app.lifecycle.due(app.now()).await.unwrap().exports.remove(0);
    take(&app.lifecycle, &job).await;
    id
}

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
        // A word of three letters may stand in random bytes; longer ones do not.
        assert!(!found || plain.len() < 5, "{plain}");
    }
}

#[tokio::test]
async fn two_workers_at_once_make_one_file_and_one_letter() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let id = asked(&app).await;
    let (one, two) = tokio::join!(app.lifecycle.build_export(&id), app.lifecycle.build_export(&id));
    let ready = [one.unwrap(), two.unwrap()].into_iter().filter(|built| *built == Building::Ready).count();
    assert_eq!(ready, 1);
    assert_eq!(app.lifecycle.build_export(&id).await.unwrap(), Building::Nothing);
    assert_eq!(app.export_files(), [id.as_str()]);
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
    assert_eq!(ada.document(id.as_str()).await["account"]["email"], ADA);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let id = asked(&app).await;
    // The user who runs the tests may write anywhere, so a file stands in the folder's place.
    fs::write(app.exports_folder(), "in the way").unwrap();
    let failed = app.lifecycle.build_export(&id).await;
    assert!(matches!(failed, Err(Error::Internal(_))), "{failed:?}");
    assert_eq!(app.rows("SELECT state FROM signet_exports").await, ["building"]);
    assert_eq!(app.count("signet_letters").await, 0);
    app.pass(Span::seconds(30));
    // The sweep goes on whatever is wrong with the folder, and makes up for the lost job.
    assert_eq!(app.lifecycle.sweep().await.unwrap(), Swept { exports: 1, ..Swept::default() });
    fs::remove_file(app.exports_folder()).unwrap();
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
    assert_eq!(app.export_files(), [id.as_str()]);
}

#[tokio::test]
async fn a_lost_job_is_made_up_for_once_it_is_overdue() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    asked(&app).await;
    app.pass(Span::seconds(29));
    assert_eq!(app.lifecycle.sweep().await.unwrap(), Swept::default());
    app.pass(Span::seconds(1));
    assert_eq!(app.lifecycle.sweep().await.unwrap(), Swept { exports: 1, ..Swept::default() });
    assert_eq!(app.lifecycle.sweep().await.unwrap(), Swept::default(), "once");
    assert_eq!(app.deliver().await.words(), ["export_ready to ada@example.com"]);
}

#[tokio::test]
async fn an_account_that_closed_meanwhile_gets_no_export() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    ada.post("schedule_deletion", &[("confirmation", ADA)]).await;
    let letters = app.deliver().await.words();
    assert_eq!(letters, ["deletion_scheduled to ada@example.com"]);
    assert_eq!(app.count("signet_exports").await, 0);
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.export_files(), [""; 0]);
}

#[tokio::test]
async fn an_export_whose_row_is_gone_leaves_no_file() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
    ada.sudo(PASSWORD).await;
    ada.post("request_export", &[]).await;
    let id = asked(&app).await;
    app.db.run("DELETE FROM signet_exports").await.unwrap();
    assert_eq!(app.lifecycle.build_export(&id).await.unwrap(), Building::Nothing);
    assert_eq!(app.export_files(), [""; 0]);
}

#[tokio::test]
async fn erasing_the_account_takes_row_file_and_job_along() {
    let app = TestApp::new().await;
    let (ada, _) = app.with_export(ADA).await;
    assert_eq!(app.export_files().len(), 1);
    ada.post("schedule_deletion", &[("confirmation", ADA)]).await;
    app.pass(Span::days(14));
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
    app.pass(Span::hours(24));
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.export_files(), [id.as_str(), "zz-notes"]);
    app.pass(Span::seconds(1));
    app.lifecycle.sweep().await.unwrap();
    assert_eq!((app.count("signet_exports").await, app.export_files()), (0, vec!["zz-notes".to_owned()]));
    ada.sudo(PASSWORD).await;
    let page = ada.downloads(&id, HTML).await;
    assert!(ada.follow(page).await.body.contains("not there any more"));
}

#[tokio::test]
async fn a_part_of_a_file_that_is_being_written_is_left_alone() {
    let app = TestApp::new().await;
    let ada = app.verified(ADA).await;
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
