//! Every action that takes an id accepts it from its owner only: to another person it says that there is no such
//! thing, and nothing changes (ASVS V8.2.2, V7.5.2). The export, whose answer is a file, has its test in
//! `download_export`.

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, error::Refusal},
    testing::{Browser, PASSWORD, START, TestApp},
};

use crate::{
    api::{ask, is_problem, token},
    inventory::{Field, api, field, forms},
};

const ADA: &str = "ada@example.com";
const EVE: &str = "eve@example.com";

/// What a person has and another may request.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Session,
    Event,
    Token,
}

/// Every form that takes an id: its name, its field, and the kind of thing that the id names.
fn routes() -> Vec<(&'static str, &'static str, Thing)> {
    let all = forms().flat_map(|line| line.fields().iter().map(|name| (line.name(), *name)));
    let of_objects = all.filter(|(_, name)| field(name) == Field::Object && *name != "export");
    of_objects.map(|(form, name)| (form, name, thing(name))).collect()
}

fn thing(field: &str) -> Thing {
    match field {
        "session" => Thing::Session,
        "event" => Thing::Event,
        "id" => Thing::Token,
        _ => panic!("say in tests/it/owners.rs what the field {field:?} names, and how a person gets one"),
    }
}

/// The id of such a thing in the account that a browser is signed in to.
async fn id_of(browser: &Browser<'_>, thing: Thing) -> String {
    let viewer = browser.viewer().await;
    match thing {
        Thing::Session => viewer.session.id.to_string(),
        Thing::Event => {
            let log = browser.app.lifecycle.list_events(&viewer, None, None).await.unwrap();
            log.entries[0].id.to_string()
        }
        Thing::Token => {
            token(browser, Scope::Read).await;
            let own = format!("SELECT id FROM signet_api_tokens WHERE user_id = '{}'", viewer.user.id);
            browser.app.rows(&own).await.remove(0)
        }
    }
}

#[tokio::test]
async fn nobody_reaches_what_is_anothers() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let phone = app.signed_in(ADA, PASSWORD).await;
    // Events are numbered for each account: this number is none in Eve's log, which is shorter.
    for _ in 0..30 {
        ada.post("update_profile", &[("name", "Ada")]).await;
    }
    let eve = app.authenticated_browser(EVE).await;
    eve.sudo(PASSWORD).await;
    app.news().await;
    for (action, field, thing) in routes() {
        for owner in [&ada, &phone] {
            let id = id_of(owner, thing).await;
            let page = app.changes_nothing(eve.call(action, &[(field, &id)])).await;
            assert_eq!((page.status.as_u16(), page.refusal()), (404, Some(Refusal::NotFound)), "{action}");
            let [event] = &app.news().await[..] else { panic!("{action}") };
            assert!(event.ends_with(&format!(".failure by person of {EVE}: not_found")), "{event}");
            let form = app.changes_nothing(eve.post(action, &[(field, &id)])).await;
            assert!(form.sent_to().starts_with("/users/settings/"), "{action}");
            app.news().await;
        }
    }
    assert!(app.deliver().await.words().is_empty());
    // The same ids work for their owner.
    ada.sudo(PASSWORD).await;
    for (action, field, thing) in routes() {
        let other = app.signed_in(ADA, PASSWORD).await;
        let id = id_of(&other, thing).await;
        assert_eq!(ada.call(action, &[(field, &id)]).await.status, 200, "{action}");
    }
}

/// A program cannot reach another person's things either.
#[tokio::test]
async fn no_program_reaches_what_is_anothers() {
    let app = TestApp::new().await;
    let (ada, eve) = (app.authenticated_browser(ADA).await, app.authenticated_browser(EVE).await);
    let (adas, eves) = (token(&ada, Scope::Write).await, token(&eve, Scope::Write).await);
    // The tokens' use is noted beside the request.
    app.db.run(&format!("UPDATE signet_api_tokens SET last_used_at = {}", START.0)).await.unwrap();
    let with_id = api().map(|(line, _)| line.path).filter(|path| path.contains("{id}"));
    assert_eq!(with_id.collect::<Vec<_>>(), ["/api/v1/sessions/{id}"], "each address with an id has its test here");
    let path = format!("/api/v1/sessions/{}", ada.viewer().await.session.id);
    let page = app.changes_nothing(ask(&app, Method::DELETE, &path, Some(eves.expose()))).await;
    is_problem(&page, 404);
    assert_eq!(app.news().await, [format!("session.revoked.failure by api_token of {EVE}: not_found")]);
    assert!(ada.is_signed_in().await);
    // The same id works for its owner.
    assert_eq!(ask(&app, Method::DELETE, &path, Some(adas.expose())).await.status, 204);
    assert!(!ada.is_signed_in().await && eve.is_signed_in().await);
}
