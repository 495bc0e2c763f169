//! The contents of an export: everything that the manifest promises, no secret, and no other person's data.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use signet::{
    domain::{
        deletion::erasure::{Export, PREFIX, columns, omissions},
        id::hex,
        time::Span,
    },
    server::crypto::session_token::{DeviceToken, SessionToken},
    testing::{Browser, PASSWORD, START, TestApp, WRONG_PASSWORD},
};

use super::{
    SCHEMA,
    exporting::{ADA, ExportForms, ExportSteps, HTML},
};

/// An account with a row in every table: changes confirmed and open, providers, links, letters, and a stranger who
/// tries to sign in.
async fn rich(app: &TestApp) -> (Browser<'_>, String) {
    let ada = app.authenticated_browser("first@example.com").await;
    ada.change_email(ADA).await;
    ada.post("update_profile", &[("name", "Ada Lovelace")]).await;
    let stranger = app.browser();
    stranger.call("sign_in", &[("email", ADA), ("password", WRONG_PASSWORD)]).await;
    app.signed_in(ADA, PASSWORD).await;
    ada.ask_for_reset(ADA).await;
    ada.ask_for_change("bob@example.org").await;
    let user = app.user(ADA).await;
    app.db
        .run(&format!(
            "INSERT INTO signet_identities (id, user_id, provider, subject, email, stamp, linked_at, last_used_at) \
             VALUES ('idmarker', '{user}', 'acme', 'ada-at-acme', 'ada@acme.example', 7, {at}, {at})",
            at = START.0
        ))
        .await
        .unwrap();
    ada.sudo(PASSWORD).await;
    ada.post("create_api_token", &[("name", "backup"), ("scope", "read"), ("expires", "7")]).await;
    app.db.run(&format!("UPDATE signet_api_tokens SET last_used_at = {}", START.0)).await.unwrap();
    ada.post("request_export", &[]).await;
    // Unsent letters with every fact that a letter can state.
    app.db
        .run(&format!(
            "INSERT INTO signet_letters (id, user_id, kind, recipient, link_id, other, at, device, provider, created_at, \
             due_at, failed_at) VALUES ('lettermarker', '{user}', 'email_change_requested', 'bob@example.org', \
             'linkmarker', 'carol@example.net', {at}, 'a device', 'acme', {at}, {at}, {at})",
            at = START.0
        ))
        .await
        .unwrap();
    let id = app.builds().await;
    (ada, id.to_string())
}

#[tokio::test]
async fn it_is_what_its_schema_says() {
    let app = TestApp::new().await;
    let (ada, id) = rich(&app).await;
    let document = ada.document(&id).await;
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&serde_json::from_str(SCHEMA).unwrap())
        .unwrap();
    let errors: Vec<_> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    // The schema is strict: it refuses what it does not name, at every level.
    for path in
        ["", "/account", "/sessions/0", "/events/0", "/letters/0", "/api_tokens/0", "/exports/0", "/omissions/0"]
    {
        let mut more = document.clone();
        more.pointer_mut(path).unwrap().as_object_mut().unwrap().insert("token_hash".to_owned(), "x".into());
        assert!(!validator.is_valid(&more), "{path}");
    }
}

/// The places of a schema or a document: `sessions[].ip`.
fn places(value: &Value, properties: bool, at: &str, into: &mut BTreeSet<String>) {
    let inner = if properties { &value["properties"] } else { value };
    let items = if properties { value.get("items") } else { value.as_array().and_then(|items| items.first()) };
    if let Some(fields) = inner.as_object().filter(|fields| !fields.is_empty()) {
        for (name, value) in fields {
            let dot = if at.is_empty() { "" } else { "." };
            places(value, properties, &format!("{at}{dot}{name}"), into);
        }
    } else if let Some(items) = items {
        places(items, properties, &format!("{at}[]"), into);
    } else {
        into.insert(at.to_owned());
    }
}

/// The document's fields about itself.
const OWN: [&str; 6] =
    ["generated_at", "omissions[].field", "omissions[].reason", "omissions[].section", "schema", "schema_version"];

#[tokio::test]
async fn what_the_manifest_exports_has_its_place_and_nothing_else_has() {
    let declared: BTreeSet<String> =
        columns().filter_map(|(_, column)| column.place()).chain(OWN).map(str::to_owned).collect();
    let mut described = BTreeSet::new();
    places(&serde_json::from_str(SCHEMA).unwrap(), true, "", &mut described);
    assert_eq!(declared, described, "manifest (left) and schema (right)");
    let app = TestApp::new().await;
    let (ada, id) = rich(&app).await;
    let mut said = BTreeSet::new();
    places(&ada.document(&id).await, false, "", &mut said);
    assert_eq!(declared, said, "manifest (left) and document (right)");
}

#[tokio::test]
async fn what_is_left_out_is_listed_with_its_reason() {
    let app = TestApp::new().await;
    let (ada, id) = app.with_export(ADA).await;
    let document = ada.document(&id).await;
    let listed: BTreeMap<String, String> = document["omissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (format!("{}.{}", text(&one["section"]), text(&one["field"])), text(&one["reason"])))
        .collect();
    assert_eq!(listed.len(), omissions().count());
    for (table, column) in columns() {
        // A document does not contain the names of its tables.
        let section = table.strip_prefix(PREFIX).unwrap();
        let said = listed.contains_key(&format!("{section}.{}", column.name));
        assert_eq!(said, !matches!(column.export, Export::Exported(_)), "{table}.{}", column.name);
    }
    assert!(listed["event_context.ip"].contains("only the network"));
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn no_secret_is_in_it() {
    let app = TestApp::new().await;
    let (ada, id) = rich(&app).await;
    let body = ada.downloads(&id, HTML).await.body;
    let mut secrets = vec!["idmarker".to_owned(), "lettermarker".to_owned(), "linkmarker".to_owned()];
    for column in [
        "password_hash FROM signet_users",
        "token_hash FROM signet_sessions",
        "device_hash FROM signet_known_devices",
        "id FROM signet_mail_links",
        "id FROM signet_email_changes",
        "id FROM signet_letters",
        "id FROM signet_exports",
        "token_hash FROM signet_api_tokens",
        "id FROM signet_api_tokens",
    ] {
        let found = app.rows(&format!("SELECT {column}")).await;
        assert!(!found.is_empty(), "{column}");
        secrets.extend(found.into_iter().map(|text| text.trim_start_matches("\\x").to_owned()));
    }
    let session = SessionToken::parse(&ada.session().unwrap()).unwrap();
    let device = DeviceToken::parse(&ada.cookie(signet::server::http::cookie::Name::Device).unwrap()).unwrap();
    secrets.extend([
        session.expose().to_owned(),
        hex(&session.hash()),
        device.expose().to_owned(),
        hex(&device.hash()),
    ]);
    for secret in secrets {
        assert!(!body.contains(&secret), "{secret}");
    }
    for word in ["argon2", "v1.reset", "v1.confirm", "sgn_", PASSWORD] {
        assert!(!body.contains(word), "{word}");
    }
}

/// A mailed code and an open attempt at a provider are short-lived secrets, too.
#[tokio::test]
async fn no_step_under_way_is_in_it() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    ada.sudo(PASSWORD).await;
    let viewer = ada.viewer().await;
    let (user, session, at) = (viewer.user.id, viewer.session.id, START.0);
    app.db
        .run(&format!(
            "INSERT INTO signet_sudo_codes (user_id, id, session_id, created_at, expires_at, window_until) \
             VALUES ('{user}', 'codemarker', '{session}', {at}, {at}, {at}); \
             INSERT INTO signet_provider_attempts (id, provider, ask, user_id, session_id, return_to, started_at, expires_at) \
             VALUES ('attemptmarker', 'providermarker', 'link', '{user}', '{session}', '/returnmarker', {at}, {at})"
        ))
        .await
        .unwrap();
    let id = ada.exports().await;
    let body = ada.downloads(&id, HTML).await.body;
    assert!(!body.contains("marker"), "{body}");
}

#[tokio::test]
async fn what_is_somebody_elses_is_masked() {
    let app = TestApp::new().await;
    let (ada, id) = rich(&app).await;
    let body = ada.downloads(&id, HTML).await.body;
    let document: Value = serde_json::from_str(&body).unwrap();
    for theirs in ["bob@example.org", "carol@example.net"] {
        assert!(!body.contains(theirs), "{theirs}");
    }
    snapshot!(format!("{:#}", document["email_changes"]), @r#"
    [
      {
        "confirmed_at": "2027-01-15T08:00:00Z",
        "expires_at": "2027-01-16T08:00:00Z",
        "new_email": "ada@example.com",
        "old_email": "first@example.com",
        "requested_at": "2027-01-15T08:00:00Z",
        "state": "confirmed",
        "undo_until": "2027-01-22T08:00:00Z"
      },
      {
        "confirmed_at": null,
        "expires_at": "2027-01-16T08:00:00Z",
        "new_email": "b•••@example.org",
        "old_email": "ada@example.com",
        "requested_at": "2027-01-15T08:00:00Z",
        "state": "open",
        "undo_until": null
      }
    ]
    "#);
    let events = document["events"].as_array().unwrap().iter();
    let with_detail = events.filter(|event| !event["detail"].is_null());
    let details: Vec<_> =
        with_detail.map(|event| format!("{}: {}", text(&event["event"]), text(&event["detail"]))).collect();
    snapshot!(details.join("\n"), { "…[0-9a-f]{4}" => "…[hint]" }, @"
    account.email_verified: first@example.com
    account.email_change_requested: first@example.com → ada@example.com
    account.email_changed: first@example.com → ada@example.com
    account.email_change_requested: ada@example.com → b•••@example.org
    api_token.created: backup …[hint]
    ");
}

#[tokio::test]
async fn a_letter_that_waits_is_in_it_with_its_facts_and_without_others_addresses() {
    let app = TestApp::new().await;
    let (ada, id) = rich(&app).await;
    let document = ada.document(&id).await;
    snapshot!(format!("{:#}", document["letters"]), @r#"
    [
      {
        "at": "2027-01-15T08:00:00Z",
        "created_at": "2027-01-15T08:00:00Z",
        "device": null,
        "due_at": "2027-01-15T08:00:00Z",
        "failed_at": null,
        "kind": "api_token_created",
        "language": "en",
        "other": null,
        "provider": null,
        "recipient": "ada@example.com"
      },
      {
        "at": "2027-01-15T08:00:00Z",
        "created_at": "2027-01-15T08:00:00Z",
        "device": "a device",
        "due_at": "2027-01-15T08:00:00Z",
        "failed_at": "2027-01-15T08:00:00Z",
        "kind": "email_change_requested",
        "language": null,
        "other": "c•••@example.net",
        "provider": "acme",
        "recipient": "b•••@example.org"
      }
    ]
    "#);
}

#[tokio::test]
async fn where_a_stranger_called_from_is_cut_to_the_network() {
    let app = TestApp::new().await;
    let (ada, id) = rich(&app).await;
    let document = ada.document(&id).await;
    let events = document["events"].as_array().unwrap();
    let (strangers, own): (Vec<_>, Vec<_>) = events.iter().partition(|event| event["actor"] == "anyone");
    let failed = strangers.iter().find(|event| event["failure"] == "wrong_credentials").unwrap();
    assert_eq!((text(&failed["ip"]), failed["user_agent"].is_null()), ("192.0.2.0/24".into(), true));
    assert!(strangers.iter().all(|event| text(&event["ip"]).ends_with(".0/24") && event["user_agent"].is_null()));
    let requested = own.iter().find(|event| event["event"] == "account.export_requested").unwrap();
    assert_eq!(text(&requested["ip"]), ada.ip.to_string());
    assert_eq!(text(&requested["user_agent"]), ada.user_agent);
    assert_eq!(text(&requested["session_id"]), ada.viewer().await.session.id.to_string());
    assert_eq!(document["known_devices"]["count"], 2);
}

/// The sweep removes the changes after a week; the log keeps the addresses that were the account's own.
#[tokio::test]
async fn an_address_of_long_ago_is_still_the_accounts_own() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser("first@example.com").await;
    ada.change_email("second@example.com").await;
    ada.change_email(ADA).await;
    app.advance_clock(Span::days(8));
    ada.sign_in(ADA, PASSWORD).await;
    app.lifecycle.sweep().await.unwrap();
    assert_eq!(app.count("signet_email_changes").await, 0);
    ada.sudo(PASSWORD).await;
    let id = ada.exports().await;
    let body = ada.downloads(&id, HTML).await.body;
    assert!(body.contains("first@example.com → second@example.com") && !body.contains("•••"), "{body}");
}

#[tokio::test]
async fn nobody_elses_rows_are_in_it() {
    let app = TestApp::new().await;
    let bob = app.authenticated_browser("bob@example.com").await;
    bob.post("update_profile", &[("name", "Bob Marker")]).await;
    let (ada, id) = app.with_export(ADA).await;
    let body = ada.downloads(&id, HTML).await.body;
    assert!(!body.contains("bob@") && !body.contains("Bob Marker"));
    assert!(!body.contains(bob.viewer().await.user.id.as_str()));
    assert!(!body.contains(&bob.user_agent));
}
