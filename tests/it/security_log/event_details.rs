//! The details of events, written by this version and by earlier ones, as programs and people read them: they must
//! stay the same, character for character.

use serde_json::{Value, json};
use signet::{
    domain::{
        api_tokens::{Scope, Typed},
        outbox::Kind,
    },
    testing::{
        Browser, PASSWORD, TestApp,
        people::{in_sudo, source, verified},
    },
};

use crate::{
    abroad::{ACME, Abroad},
    api::{ADA, read, token},
    export::exporting::ExportForms,
    unsent_links::UnsentLinks,
};

const LOG: &str = "/users/settings/security-log";

/// A row, and how it is read.
struct Case {
    event: &'static str,
    /// As a version before JSON wrote it. Programs read exactly this.
    older: &'static str,
    /// As this version writes it.
    json: &'static str,
    /// In the export, which masks addresses that never were the account's own.
    exported: &'static str,
    /// On the page.
    shown: &'static str,
}

const fn case(event: &'static str, older: &'static str, json: &'static str) -> Case {
    Case { event, older, json, exported: older, shown: older }
}

fn cases() -> Vec<Case> {
    let masked = |exported, case| Case { exported, ..case };
    let shown = |shown, case| Case { shown, ..case };
    vec![
        case(
            "account.email_changed",
            "first@example.com → ada@example.com",
            r#"{"email_change":{"old":"first@example.com","new":"ada@example.com"}}"#,
        ),
        case(
            "account.email_change_undone",
            "second@example.com → first@example.com",
            r#"{"email_change":{"old":"second@example.com","new":"first@example.com"}}"#,
        ),
        masked(
            "ada@example.com → b•••@example.org",
            case(
                "account.email_change_requested",
                "ada@example.com → bob@example.org",
                r#"{"email_change":{"old":"ada@example.com","new":"bob@example.org"}}"#,
            ),
        ),
        masked("b•••@example.org", {
            case("account.email_change_cancelled", "bob@example.org", r#"{"email":"bob@example.org"}"#)
        }),
        case("account.email_verified", "Second@example.com", r#"{"email":"Second@example.com"}"#),
        case("account.provider_linked", "acme", r#"{"provider":"acme"}"#),
        case("account.provider_unlinked", "acme", r#"{"provider":"acme"}"#),
        case("api_token.created", "backup …0af3", r#"{"api_token":{"name":"backup","hint":"0af3"}}"#),
        masked("for b•••@example.org …0af3", {
            let json = r#"{"api_token":{"name":"for bob@example.org","hint":"0af3"}}"#;
            case("api_token.revoked", "for bob@example.org …0af3", json)
        }),
        case("session.revoked", "backup …0af3", r#"{"api_token":{"name":"backup","hint":"0af3"}}"#),
        case("session.revoked", "Firefox on Linux", r#"{"browser":"Firefox on Linux"}"#),
        case("session.revoked", "1 other session", r#"{"other_sessions":1}"#),
        case("session.revoked", "2 other sessions", r#"{"other_sessions":2}"#),
        shown("Signed in, 15 January 2027, 08:00 UTC", {
            let json = r#"{"disowned":{"event":"session.sign_in","is_refused":false,"at":1800000000}}"#;
            case("account.event_disowned", "session.sign_in 2027-01-15T08:00:00Z", json)
        }),
        shown("Sign-in failed, 15 January 2027, 08:00 UTC", {
            let json = r#"{"disowned":{"event":"session.sign_in","is_refused":true,"at":1800000000}}"#;
            case("account.event_disowned", "session.sign_in.failure 2027-01-15T08:00:00Z", json)
        }),
        masked("from b•••@example.org", case("session.sign_in", "from bob@example.org", "from bob@example.org")),
    ]
}

/// Adds a row to an account's log, unchanged.
async fn plant(app: &TestApp, event: &str, failure: Option<&str>, detail: Option<&str>) {
    let user = app.user(ADA).await;
    let quoted = |text: Option<&str>| text.map_or_else(|| "NULL".to_owned(), |text| format!("'{text}'"));
    let (failure, detail, at) = (quoted(failure), quoted(detail), app.now().0);
    let sql = format!(
        "INSERT INTO signet_events (at, user_id, actor, event, failure) VALUES ({at}, '{user}', 'person', '{event}', {failure}); \
         INSERT INTO signet_event_context (event_id, user_id, detail) SELECT MAX(id), '{user}', {detail} FROM signet_events"
    );
    app.db.run(&sql).await.unwrap();
}

/// The page's text for each event, newest first, and its detail.
async fn page(browser: &Browser<'_>) -> Vec<(String, Option<String>)> {
    let page = browser.get(LOG).await.body;
    let cells = page.split("data-label=\"What\">").skip(1);
    cells
        .map(|cell| {
            let spans = cell.split("</td>").next().unwrap().split("<span").skip(1);
            let text = |span: &str| span.split_once('>').unwrap().1.split("</span>").next().unwrap().to_owned();
            let mut texts = spans.map(|span| html_escape::decode_html_entities(&text(span)).into_owned());
            (texts.next().unwrap(), texts.next())
        })
        .collect()
}

#[tokio::test]
async fn a_detail_reads_as_it_always_did_whatever_version_wrote_it() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let program = token(&ada, Scope::Read).await;
    let cases = cases();
    for Case { event, older, json, .. } in &cases {
        plant(&app, event, None, Some(older)).await;
        plant(&app, event, None, Some(json)).await;
    }
    // Each event twice, newest first.
    let expected = || cases.iter().rev().flat_map(|case| [case, case]);

    let answer = read(&app, "/api/v1/events?limit=100", &program).await;
    let told = answer["events"].as_array().unwrap();
    for (told, case) in told.iter().zip(expected()) {
        assert_eq!((&told["event"], &told["detail"]), (&json!(case.event), &json!(case.older)));
        assert_eq!(told["refused"], Value::Null);
    }
    let page = page(&ada).await;
    for ((_, besides), case) in page.iter().zip(expected()) {
        assert_eq!(besides.as_deref(), Some(case.shown), "{}", case.older);
    }
    ada.sudo(PASSWORD).await;
    let export = ada.exports().await;
    let document = ada.document(&export).await;
    let lines: Vec<_> = document["events"].as_array().unwrap().iter().rev().skip(2).collect();
    for (line, case) in lines.iter().zip(expected()) {
        assert_eq!((&line["event"], &line["detail"]), (&json!(case.event), &json!(case.exported)));
    }
    assert!([told.len(), page.len(), lines.len()].iter().all(|read| *read > 2 * cases.len()));
}

#[tokio::test]
async fn a_refusal_reads_as_it_always_did_whatever_version_recorded_it() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let program = token(&ada, Scope::Read).await;
    let cases = [
        ("session.sign_in", "wrong_credentials", "wrong_credentials", "Sign-in failed: wrong password"),
        ("account.sign_up", "email_taken", "email_taken", "Account creation failed: you already have this account"),
        (
            "account.provider_linked",
            "provider_untrusted:nonce",
            "provider_untrusted",
            "Linking a provider failed: the provider's answer couldn't be trusted",
        ),
        ("account.provider_linked", "sign_in_required:session", "sign_in_required", "Linking a provider failed"),
        ("account.password_changed", "limited", "limited", "Password change failed: too many attempts"),
        ("session.sign_in", "of another version", "of another version", "Sign-in failed"),
        ("session.sign_in", "later:word", "later", "Sign-in failed"),
    ];
    for (event, failure, ..) in cases {
        plant(&app, event, Some(failure), None).await;
    }
    let answer = read(&app, "/api/v1/events?limit=100", &program).await;
    let told = answer["events"].as_array().unwrap();
    let page = page(&ada).await;
    ada.sudo(PASSWORD).await;
    let export = ada.exports().await;
    let document = ada.document(&export).await;
    let lines: Vec<_> = document["events"].as_array().unwrap().iter().rev().skip(2).collect();
    assert!([told.len(), page.len(), lines.len()].iter().all(|read| *read > cases.len()));
    for (((case, told), shown), line) in cases.into_iter().rev().zip(told).zip(page).zip(lines) {
        let (event, failure, refused, words) = case;
        assert_eq!((&told["event"], &told["refused"], &told["detail"]), (&json!(event), &json!(refused), &Value::Null));
        assert_eq!(shown, (words.to_owned(), None));
        assert_eq!((&line["event"], &line["failure"]), (&json!(event), &json!(failure)));
    }
}

/// The details of the log as the rows contain them, the oldest first.
async fn details(app: &TestApp) -> String {
    let sql = "SELECT e.event, c.detail FROM signet_events e JOIN signet_event_context c ON c.event_id = e.id \
         WHERE c.detail IS NOT NULL ORDER BY e.id";
    app.db.table(sql).await
}

#[tokio::test]
async fn every_event_about_an_address_has_it_as_json() {
    let app = TestApp::new().await;
    let (ada, _) = app.unverified("typo@example.com").await;
    ada.post("request_email_change", &[("new_email", "ada@example.com")]).await;
    let confirm = app.confirm_token().await;
    ada.post("verify_email", &[("token", &confirm)]).await;
    let undo = ada.change_email("new@example.com").await;
    app.browser().post("undo_email_change", &[("token", &undo)]).await;
    let reset = app.deliver().await.token(Kind::ResetPassword);
    ada.post("reset_password", &[("token", &reset), ("new_password", PASSWORD)]).await;
    ada.sign_in(ADA, PASSWORD).await;
    ada.ask_for_change("bob@example.org").await;
    ada.post("cancel_email_change", &[]).await;
    snapshot!(details(&app).await, @r#"
    event                           detail
    account.email_change_requested  {"email_change":{"old":"typo@example.com","new":"ada@example.com"}}
    account.email_verified          {"email":"ada@example.com"}
    account.email_change_requested  {"email_change":{"old":"ada@example.com","new":"new@example.com"}}
    account.email_changed           {"email_change":{"old":"ada@example.com","new":"new@example.com"}}
    account.email_change_undone     {"email_change":{"old":"new@example.com","new":"ada@example.com"}}
    account.email_change_requested  {"email_change":{"old":"ada@example.com","new":"bob@example.org"}}
    account.email_change_cancelled  {"email":"bob@example.org"}
    "#);
}

#[tokio::test]
async fn every_event_about_a_provider_or_a_token_has_it_as_json() {
    let world = Abroad::new().await;
    let (app, life) = (&world.app, world.life());
    let ada = in_sudo(life, &verified(life, ADA).await).await;
    world.link(&ada, ACME).await.unwrap();
    let ada = in_sudo(life, &ada).await;
    life.unlink_provider(&source(), &ada, ACME).await.unwrap();
    let ada = in_sudo(life, &ada).await;
    let typed = Typed { name: "backup", scope: "read", expires: "7" };
    let token = life.create_api_token(&source(), &ada, typed).await.unwrap();
    life.revoke_all_api_tokens(&source(), &ada).await.unwrap();
    let hint = format!(r#""hint":"{}""#, token.hint());
    snapshot!(details(app).await, { hint => r#""hint":"[hint]""# }, @r#"
    event                      detail
    account.email_verified     {"email":"ada@example.com"}
    account.provider_linked    {"provider":"acme"}
    account.provider_unlinked  {"provider":"acme"}
    api_token.created          {"api_token":{"name":"backup","hint":"[hint]"}}
    api_token.revoked          {"api_token":{"name":"backup","hint":"[hint]"}}
    "#);
}

/// Disowning drops a login whose linking an older version recorded, like any other.
#[tokio::test]
async fn a_linking_from_before_json_can_be_disowned() {
    let world = Abroad::new().await;
    let ada = in_sudo(world.life(), &verified(world.life(), ADA).await).await;
    world.link(&ada, ACME).await.unwrap();
    let ada = in_sudo(world.life(), &ada).await;
    plant(&world.app, "account.provider_linked", None, Some(ACME)).await;
    let event = world.app.rows("SELECT MAX(id) FROM signet_events").await.remove(0);
    world.life().disown_event(&source(), &ada, &event).await.unwrap();
    assert_eq!(world.logins().await, Vec::<String>::new());
}
