//! A form says for which account it was made, and does nothing for another one (ADR 0051).

use std::collections::BTreeSet;

use axum::{body::Body, http::Method};
use signet::{
    domain::{api_tokens::Scope, error::Refusal, paths, user::AccountStatus},
    server::context::Notice,
    testing::{Browser, PASSWORD, Page, TestApp},
};

use super::{FORM, FORM_TYPE, OUR_ORIGIN, OUR_PAGE, address, forms, header, pages, send, send_plain};
use crate::{api::token, export::exporting::ExportForms};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

/// A form of a page, as a browser without JavaScript reads it.
struct Shown {
    action: String,
    fields: Vec<(String, String)>,
}

impl Shown {
    /// The forms of a page that may change something.
    fn on(page: &Page) -> Vec<Self> {
        let forms = page.body.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap());
        let posted = forms.filter(|form| form.split('>').next().unwrap().contains("method=\"post\""));
        posted.map(Self::read).collect()
    }

    fn read(form: &str) -> Self {
        let attribute = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            Some(rest.split('"').next().unwrap().to_owned())
        };
        let action = attribute(form, "action").unwrap();
        let inputs = form.split("<input ").skip(1).map(|input| input.split('>').next().unwrap());
        let named = inputs.filter_map(|tag| Some((attribute(tag, " name").or_else(|| attribute(tag, "name"))?, tag)));
        let fields = named.map(|(name, tag)| (name, attribute(tag, "value").unwrap_or_default())).collect();
        Self { action: action.strip_prefix("/api/").unwrap_or(&action).to_owned(), fields }
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// The mark that the account of a browser has in its forms; an empty one if the browser is not signed in.
async fn mark(browser: &Browser<'_>) -> String {
    let Some(viewer) = browser.seen_as().await else { return String::new() };
    browser.app.lifecycle.keys.account_mark(&viewer.user.id, &viewer.user.email.masked())
}

/// Accounts that have everything for which a page has a form, and pages of links that they may open.
async fn everybody(app: &TestApp) -> Vec<(Browser<'_>, Vec<String>)> {
    let bob = app.provider_only_fixture().await.browser;
    app.db.run("UPDATE signet_identities SET no_auth_time = 1").await.unwrap();
    assert_eq!(bob.post("request_sudo_code", &[]).await.sent_to(), "/users/sudo");
    let ada = app.authenticated_browser(ADA).await;
    token(&ada, Scope::Read).await;
    ada.exports().await;
    let (confirm, cancel) = ada.ask_for_change("new@example.com").await;
    let reset = ada.ask_for_reset(ADA).await;
    app.db.run("UPDATE signet_sessions SET sudo_at = NULL").await.unwrap();
    app.signed_in(ADA, PASSWORD).await;
    let (eve, verify) = app.unverified("eve@example.com").await;
    let closed = app.scheduled_browser("closed@example.com").await;
    let links = vec![
        paths::filled(paths::CONFIRM_CHANGE_LINK, &confirm),
        paths::filled(paths::CANCEL_CHANGE_LINK, &cancel),
        paths::filled(paths::RESET_LINK, &reset),
    ];
    vec![
        (app.browser(), links[1..].to_vec()),
        (ada, links),
        (bob, Vec::new()),
        (eve, vec![paths::filled(paths::VERIFY_LINK, &verify)]),
        (closed, Vec::new()),
    ]
}

/// Forms that only a person who is not signed in finds on a page.
const SIGNED_OUT: [&str; 3] = ["sign_in", "sign_up", "sign_up_with_provider"];
/// Forms on pages of links, which belong to the link's account.
const OF_LINKS: [&str; 6] = [
    "cancel_email_change_by_link",
    "confirm_email_change",
    "keep_account",
    "reset_password",
    "undo_email_change",
    "verify_email",
];

#[tokio::test]
async fn every_form_carries_the_mark_of_the_account_that_is_signed_in() {
    let app = TestApp::with_provider(|settings| settings.limits.enabled = false).await;
    let mut marked = BTreeSet::new();
    for (browser, links) in everybody(&app).await {
        let own = mark(&browser).await;
        for path in pages().into_iter().chain(links) {
            for form in Shown::on(&browser.get(&path).await) {
                let is_of_link = OF_LINKS.contains(&form.action.as_str());
                assert_eq!(form.field("token").is_some(), is_of_link, "{path}: {}", form.action);
                let expected = (!is_of_link).then_some(own.as_str());
                assert_eq!(form.field("account"), expected, "{path}: {} for {:?}", form.action, browser.user_agent);
                if !own.is_empty() && !is_of_link {
                    marked.insert(form.action);
                }
            }
        }
    }
    let all = forms().into_iter().map(str::to_owned);
    let elsewhere = |name: &String| SIGNED_OUT.contains(&name.as_str()) || OF_LINKS.contains(&name.as_str());
    let expected: BTreeSet<_> = all.filter(|name| !elsewhere(name)).collect();
    assert_eq!(marked, expected, "each has a place on a page that `everybody` finds");
}

/// Every kind of account may press every button, and the mark comes before what the action would say.
#[tokio::test]
async fn no_form_does_anything_for_another_account_than_its_own() {
    let app = TestApp::unlimited().await;
    let others = mark(&app.authenticated_browser(ADA).await).await;
    let bob = app.authenticated_browser(BOB).await;
    bob.sudo(PASSWORD).await;
    app.settle().await;
    let form = FORM.replace("ada%40", "bob%40");
    for (account, email) in [(&*others, Some("a•••@example.com".to_owned())), ("nonsense", None)] {
        let body = format!("{form}&account={account}");
        let expected = Notice::FormOfAnother { email, here: BOB.to_owned() };
        for name in forms() {
            let token = bob.session();
            let (hashes, called) =
                app.hashes_in(app.changes_nothing(send(&bob, name, &[OUR_PAGE, FORM_TYPE], body.clone()))).await;
            assert_eq!((called.status.as_u16(), called.refusal()), (409, Some(Refusal::OtherAccount)), "{name}");
            assert_eq!(hashes, 0, "{name}");
            assert_eq!(bob.notice(), Some(expected.clone()), "{name}");
            let to = app.changes_nothing(send_plain(&bob, name, body.clone())).await.sent_to();
            assert_eq!(called.location().as_deref(), Some(to.as_str()), "{name}: our script goes to the same page");
            assert!(called.headers.contains_key("serverfnredirect"), "{name}");
            assert_eq!(bob.notice(), Some(expected.clone()), "{name}");
            assert_eq!(bob.session(), token, "{name}");
        }
    }
    assert_eq!(app.news().await, [""; 0]);
    assert_eq!(app.deliver().await.words(), [""; 0]);
}

#[tokio::test]
async fn every_form_works_with_its_own_mark_and_without_one() {
    for name in forms() {
        let mut answers = Vec::new();
        for is_marked in [false, true] {
            let app = TestApp::unlimited().await;
            let ada = app.authenticated_browser(ADA).await;
            ada.sudo(PASSWORD).await;
            let own = if is_marked { mark(&ada).await } else { String::new() };
            let page = send(&ada, name, &[OUR_PAGE, FORM_TYPE], format!("{FORM}&account={own}")).await;
            assert_ne!(page.refusal(), Some(Refusal::OtherAccount), "{name}");
            answers.push((page.status, page.body, app.news().await, app.deliver().await.words()));
        }
        assert_eq!(answers[0], answers[1], "{name}");
    }
}

/// A page stands open in one tab; in another one its owner signs out, and another person signs in.
#[tokio::test]
async fn a_form_that_was_left_open_does_nothing_for_the_next_person_and_loses_nothing() {
    let app = TestApp::new().await;
    app.authenticated_browser(BOB).await;
    let browser = app.authenticated_browser(ADA).await;
    let left_open = profile(&browser).await;
    browser.post("sign_out", &[]).await;
    browser.sign_in(BOB, PASSWORD).await;
    let page = saves(&browser, &left_open, "Ada Lovelace").await;
    let words = "Nothing was changed: that form belongs to a•••@example.com, and you";
    assert!(page.body.contains(words), "{}", page.body);
    assert!(page.body.contains("value=\"Ada Lovelace\"") && !page.body.contains("Name saved."), "{}", page.body);
    assert_eq!(names(&app).await, ["ada@example.com|NULL", "bob@example.com|NULL"]);
    // That page's form is Bob's.
    let own = Shown::on(&page).into_iter().find(|form| form.action == "update_profile").unwrap();
    assert!(saves(&browser, &own, "Bob").await.body.contains("Name saved."));
    // Ada comes back, in sudo mode even; her form has waited for her.
    browser.sign_in(ADA, PASSWORD).await;
    browser.sudo(PASSWORD).await;
    assert!(saves(&browser, &left_open, "Ada").await.body.contains("Name saved."));
    assert_eq!(names(&app).await, ["ada@example.com|Ada", "bob@example.com|Bob"]);
}

/// An account keeps its mark while its address changes.
#[tokio::test]
async fn a_form_outlives_a_change_of_the_address() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let left_open = profile(&ada).await;
    ada.change_email("lovelace@example.com").await;
    assert_eq!(ada.viewer().await.user.status(), AccountStatus::Active);
    assert!(saves(&ada, &left_open, "Ada").await.body.contains("Name saved."));
}

async fn profile(browser: &Browser<'_>) -> Shown {
    let page = browser.get(paths::PROFILE).await;
    Shown::on(&page).into_iter().find(|form| form.action == "update_profile").unwrap()
}

async fn saves(browser: &Browser<'_>, form: &Shown, name: &str) -> Page {
    let sent = browser.post(&form.action, &[("account", form.field("account").unwrap()), ("name", name)]).await;
    browser.follow(sent).await
}

async fn names(app: &TestApp) -> Vec<String> {
    app.rows("SELECT email, name FROM signet_users ORDER BY email").await
}

/// A browser that does not know `Sec-Fetch-Site` (Safari until 16.3) names the origin of a form only if the policy of
/// the form's page lets it: `no-referrer` makes `Origin: null` of it, as of a form of no site at all.
#[tokio::test]
async fn the_origin_alone_tells_our_forms_from_others_and_every_page_lets_browsers_name_it() {
    let app = TestApp::with_provider(|settings| settings.limits.enabled = false).await;
    for (browser, links) in everybody(&app).await {
        for path in pages().into_iter().chain(links) {
            let page = browser.get(&path).await;
            let policy = header(&page.headers, "referrer-policy");
            assert!(["same-origin", "strict-origin"].contains(&policy), "{path}: {policy}");
            for form in Shown::on(&page) {
                let sent = async |origin| {
                    let request = app.browser().request(Method::POST, &address(&form.action), "text/html");
                    let request = request.header("origin", origin).header(FORM_TYPE.0, FORM_TYPE.1);
                    app.browser().send(request.body(Body::empty()).unwrap()).await.status.as_u16()
                };
                assert_eq!(sent("null").await, 403, "{path}: {}", form.action);
                assert_eq!(sent(OUR_ORIGIN.1).await, 303, "{path}: {}", form.action);
            }
        }
    }
}
