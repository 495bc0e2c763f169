//! `download_export`: the owner downloads their data, and no other person can.

use axum::{body::Body, http::Method};
use signet::{
    domain::{
        error::{AppError, Refusal},
        id::UserId,
        time::Span,
    },
    server::context::Notice,
    testing::{BASE_URL, KEY, PASSWORD, Page, TestApp, keys},
};

use super::exporting::{ADA, DOWNLOAD, ExportForms, ExportSteps, HTML, JSON, PAGE};

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// Checks that the download is refused because the export is gone: nothing changes except the log.
async fn is_gone(app: &TestApp, browser: &signet::testing::Browser<'_>, export: &str) {
    let page = app.changes_nothing(browser.downloads(export, HTML)).await;
    assert_eq!(page.sent_to(), PAGE);
    let page = browser.follow(page).await;
    assert!(page.body.contains("That export no longer exists. Prepare a new one."), "{}", page.body);
    let news = app.news().await;
    assert_eq!(news.len(), 1, "{news:?}");
    assert!(news[0].starts_with("account.export_downloaded.failure by person of "), "{news:?}");
    assert!(news[0].ends_with(": export_gone"), "{news:?}");
}

#[tokio::test]
async fn the_owner_gets_a_file_and_nothing_that_a_browser_would_show_or_keep() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    assert!(ada.get(PAGE).await.body.contains(&id), "the button names it");
    let page = app.changes_nothing(ada.downloads(&id, HTML)).await;
    assert_eq!(page.status, 200);
    for (name, expected) in [
        ("content-type", "application/json"),
        ("content-disposition", "attachment; filename=\"signet-export-2027-01-15.json\""),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(header(&page, name), expected, "{name}");
    }
    let document: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(document["account"]["email"], ADA);
    assert_eq!(app.news().await, ["account.export_downloaded by person of ada@example.com"]);
    assert!(app.deliver().await.0.is_empty());
    // The owner may download it more than once while it is there.
    assert_eq!(ada.downloads(&id, HTML).await.body, page.body);
}

#[tokio::test]
async fn without_sudo_mode_nothing_is_sent() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    ada.confirmed_before(15 * 60).await;
    assert_eq!(ada.downloads(&id, HTML).await.status, 200, "the last second");
    app.news().await;
    ada.confirmed_before(15 * 60 + 1).await;
    let refused = "account.export_downloaded.failure by person of ada@example.com: sudo_required";
    let plain = app.changes_nothing(ada.downloads(&id, HTML)).await;
    assert_eq!(plain.sent_to(), "/users/sudo?return_to=/users/settings/export");
    assert!(plain.body.is_empty());
    let wire = app.changes_nothing(ada.downloads(&id, JSON)).await;
    assert_eq!((wire.status.as_u16(), wire.refusal()), (403, Some(Refusal::SudoRequired)));
    assert_eq!(app.news().await, [refused, refused]);
    ada.sudo(PASSWORD).await;
    assert_eq!(ada.downloads(&id, HTML).await.status, 200);
}

/// Our own script cannot receive a file: when sudo mode has begun meanwhile, the page reloads and has a plain form.
#[tokio::test]
async fn our_own_script_is_sent_back_to_the_page() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let page = app.changes_nothing(ada.downloads(&id, JSON)).await;
    assert_eq!((page.status.as_u16(), page.body.as_str()), (200, "null"));
    assert_eq!(page.location().as_deref(), Some(PAGE));
    assert!(page.headers.contains_key("serverfnredirect"));
    assert_eq!(ada.notice(), Some(Notice::SudoConfirmed));
    assert!(app.news().await.is_empty());
    let shown = ada.get(PAGE).await.body;
    assert!(!shown.contains("<dialog") && shown.contains("Press the button again"), "{shown}");
}

#[tokio::test]
async fn when_it_runs_out_is_asked_at_the_download_and_not_by_the_sweep() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    for (wait, open) in [(24 * 3_600 - 1, true), (1, true), (1, false)] {
        app.advance_clock(Span::seconds(wait));
        ada.returns().await;
        if open {
            assert_eq!(ada.downloads(&id, HTML).await.status, 200);
            assert!(ada.get(PAGE).await.body.contains("Download</button>"));
            app.news().await;
        } else {
            is_gone(&app, &ada, &id).await;
            let page = ada.get(PAGE).await.body;
            assert!(page.contains("Your last export expired on") && !page.contains("Download</button>"), "{page}");
        }
        assert_eq!((app.count("signet_exports").await, app.export_files().len()), (1, 1), "nobody swept");
    }
}

/// Checklist V8.2.2: an unknown export and another person's get the same answer.
#[tokio::test]
async fn nobody_gets_somebody_elses() {
    let app = TestApp::new().await;
    let (_, adas) = app.with_export(ADA).await;
    let (bob, bobs) = app.with_export("bob@example.com").await;
    for wrong in [adas.as_str(), "", "x", "../secret.key", &"0".repeat(32), &bobs.to_uppercase()] {
        is_gone(&app, &bob, wrong).await;
    }
    // A program that imitates our script, first outside sudo mode and then with too old a page.
    bob.confirmed_before(16 * 60).await;
    let refused = bob.downloads(&adas, JSON).await.refusal();
    assert_eq!(refused, Some(Refusal::SudoRequired), "which exports there are is not told either");
    bob.sudo(PASSWORD).await;
    assert_eq!(bob.downloads(&bobs, HTML).await.status, 200);
    let carol = app.authenticated_browser("carol@example.com").await;
    carol.sudo(PASSWORD).await;
    is_gone(&app, &carol, &adas).await;
}

#[tokio::test]
async fn a_refusal_has_its_own_status_for_programs() {
    let app = TestApp::new().await;
    let (_, adas) = app.with_export(ADA).await;
    let bob = app.authenticated_browser("bob@example.com").await;
    bob.sudo(PASSWORD).await;
    let life = &app.lifecycle;
    let refused = life.download_export(&signet::testing::people::source(), &bob.viewer().await, &adas).await;
    let Err(signet::server::lifecycle::Error::Refused(refusal)) = refused else { panic!("not refused") };
    assert_eq!(refusal, Refusal::ExportGone);
    let page = app.changes_nothing(bob.downloads(&adas, JSON)).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (404, Some(Refusal::ExportGone)));
    assert_eq!(app.browser().downloads(&adas, JSON).await.refusal(), Some(Refusal::SignInRequired));
    let nobody = app.browser().downloads(&adas, HTML).await;
    assert_eq!(nobody.sent_to(), "/users/log-in?return_to=/users/settings/export");
}

#[tokio::test]
async fn an_account_that_is_closed_gets_nothing() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    ada.post("schedule_deletion", &[("confirmation", ADA)]).await;
    assert_eq!(ada.downloads(&id, HTML).await.sent_to(), "/users/log-in?return_to=/users/settings/export");
    ada.sign_in(ADA, PASSWORD).await;
    app.settle().await;
    let page = app.changes_nothing(ada.downloads(&id, HTML)).await;
    assert!(page.status == 303 && page.body.is_empty());
    let refused = "account.export_downloaded.failure by person of ada@example.com: deletion_scheduled";
    assert_eq!(app.news().await, [refused]);
}

#[tokio::test]
async fn a_file_that_is_missing_or_was_changed_is_prepared_again() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let file = app.exports_folder().join(&id);
    let whole = std::fs::read(&file).unwrap();
    let mut changed = whole.clone();
    changed[100] ^= 1;
    for bytes in [&changed[..], &whole[..50], b""] {
        std::fs::write(&file, bytes).unwrap();
        is_gone(&app, &ada, &id).await;
    }
    std::fs::remove_file(&file).unwrap();
    is_gone(&app, &ada, &id).await;
    let again = ada.exports().await;
    assert_eq!(ada.downloads(&again, HTML).await.status, 200);
}

#[tokio::test]
async fn another_accounts_file_under_this_name_stays_shut() {
    let app = TestApp::new().await;
    let (_, adas) = app.with_export(ADA).await;
    let (bob, bobs) = app.with_export("bob@example.com").await;
    let folder = app.exports_folder();
    std::fs::copy(folder.join(adas), folder.join(&bobs)).unwrap();
    is_gone(&app, &bob, &bobs).await;
}

#[tokio::test]
async fn a_new_key_first_leaves_it_open_and_without_the_old_one_it_is_shut() {
    const NEW: &str = "the second key of the tests: 32 bytes and more";
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let viewer = ada.viewer().await;
    let source = signet::testing::people::source();
    for (ring, opens) in [(&[NEW, KEY][..], true), (&[NEW], false)] {
        let rotated = app.again(|settings| settings.keys = keys(ring));
        let download = rotated.lifecycle.download_export(&source, &viewer, &id).await;
        assert_eq!(download.is_ok(), opens, "{ring:?}");
    }
}

#[tokio::test]
async fn only_a_form_of_our_own_pages_is_heard() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let ours = ("sec-fetch-site", "same-origin");
    let other = ("sec-fetch-site", "cross-site");
    let cases = [
        (Method::POST, &[form, other][..], 403),
        (Method::POST, &[form], 403),
        (Method::POST, &[form, ("origin", "https://evil.example")], 403),
        (Method::POST, &[ours, ("content-type", "application/json")], 415),
        (Method::GET, &[form, ours], 405),
        (Method::HEAD, &[form, ours], 405),
        (Method::PUT, &[form, ours], 405),
        (Method::POST, &[form, ("origin", BASE_URL)], 200),
    ];
    for (method, headers, expected) in cases {
        let mut request = ada.request(method.clone(), DOWNLOAD, HTML);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let page = ada.send(request.body(Body::from(format!("export={id}"))).unwrap()).await;
        assert_eq!(page.status, expected, "{method} {headers:?}: {}", page.body);
    }
    assert_eq!(app.news().await, ["account.export_downloaded by person of ada@example.com"]);
    let huge = ada.downloads(&"x".repeat(70_000), HTML).await;
    assert_eq!(huge.status, 413);
}

#[tokio::test]
async fn a_token_in_a_header_opens_nothing() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let token = ada.session().unwrap();
    let thief = app.browser();
    let request = thief
        .request(Method::POST, DOWNLOAD, JSON)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "none");
    let page = thief.send(request.body(Body::from(format!("export={id}"))).unwrap()).await;
    assert_eq!((page.status.as_u16(), page.refusal()), (401, Some(Refusal::SignInRequired)));
}

#[tokio::test]
async fn without_the_database_nothing_is_sent_and_nobody_is_signed_out() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    app.db.db.close().await;
    let page = ada.downloads(&id, HTML).await;
    assert!(page.status == 503 && page.set_cookies().is_empty());
    let wire = ada.downloads(&id, JSON).await;
    assert_eq!(wire.status, 503);
    assert_eq!(serde_json::from_str(&wire.body).ok(), Some(AppError::Unavailable), "{}", wire.body);
}

/// Each download holds a whole export in memory (checklist V15.1.3).
#[tokio::test]
async fn an_owner_has_one_download_at_a_time_and_a_process_four() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let user = app.user(ADA).await;
    let own = app.http.downloads.begin(&user).ok().unwrap();
    let page = ada.downloads(&id, HTML).await;
    let page = ada.follow(page).await;
    assert!(page.body.contains("You're already downloading it. Try again in half a minute."), "{}", page.body);
    drop(own);
    let other = |number: u8| app.http.downloads.begin(&UserId::from_random([number; 16])).ok().unwrap();
    let others: Vec<_> = (1..=4).map(other).collect();
    assert_eq!(ada.downloads(&id, HTML).await.status, 503);
    drop(others);
    app.news().await;
    assert_eq!(ada.downloads(&id, HTML).await.status, 200);
    assert_eq!(app.news().await, ["account.export_downloaded by person of ada@example.com"]);
    assert!(app.http.downloads.begin(&user).is_ok(), "the place is free once the client has everything");
}
