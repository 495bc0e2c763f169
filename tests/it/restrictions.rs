//! The people that each form lets in: what a visitor may not do without a session, without sudo mode, before the address is
//! verified, and while the deletion is scheduled (behaviour §3.2).

use signet::{
    domain::{error::Refusal, time::Span},
    server::{
        http::cookie::Name,
        lifecycle::{Action, Admits},
    },
    testing::{Browser, OTHER_PASSWORD, PASSWORD, Page, START, TestApp},
};

use crate::{
    inventory::{Door, Line, forms, pages},
    sweeps::{FORM, FORM_TYPE, OUR_PAGE, send},
};

const ADA: &str = "ada@example.com";

/// Who knocks.
#[derive(Clone, Copy, PartialEq)]
enum Visitor {
    Nobody,
    Active,
    InSudoMode,
    /// In sudo mode, but the answer with the new session token was lost.
    Unheard,
    Unverified,
    Closed,
}

use Visitor::{Active, Closed, InSudoMode, Nobody, Unheard, Unverified};

/// Why a door is shut for a visitor, by its line of the table of actions.
fn shut(door: Door, who: Visitor) -> Option<Refusal> {
    if who == Unheard {
        let (Door::Rule(action) | Door::Way(action, _)) = door else { return None };
        return (!matches!(action, Action::ConfirmSudo | Action::SignOut)).then_some(Refusal::SudoRequired);
    }
    let (admits, asks_sudo) = match door {
        Door::Open => return None,
        Door::Link => return Some(Refusal::DeadLink),
        Door::Rule(action) => (action.rule().admits, action.rule().sudo),
        Door::Way(action, admits) => (admits, action.rule().sudo),
    };
    let without_sudo = who == Active || who == Unverified && admits != Admits::UnverifiedWithoutSudo;
    match who {
        Nobody => Some(Refusal::SignInRequired),
        Closed if admits != Admits::Anyone => Some(Refusal::DeletionScheduled),
        Unverified if admits == Admits::Active => Some(Refusal::Unverified),
        _ => (asks_sudo && without_sudo).then_some(Refusal::SudoRequired),
    }
}

/// The refusals of a door.
const SHUT: [Refusal; 4] =
    [Refusal::SignInRequired, Refusal::SudoRequired, Refusal::Unverified, Refusal::DeletionScheduled];

async fn knock(browser: &Browser<'_>, line: &Line) -> Page {
    // Signing up with an unverified account's address would replace that account.
    send(browser, line.name(), &[OUR_PAGE, FORM_TYPE], FORM.replacen("ada%40", "other%40", 1)).await
}

/// Sends every form: a shut door costs no hash and changes no row, its event is that of the action's line, and no letter
/// goes out. The doors that are open for a visitor are tried by a fresh browser each, because what is behind them may end
/// its session.
async fn every_door(app: &TestApp, who: Visitor, at: &Browser<'_>) {
    for line in forms() {
        let (form, door) = (line.name(), line.door().unwrap());
        let Some(refusal) = shut(door, who) else {
            let page = knock(&app.fresh(who).await, line).await;
            assert!(page.refusal().is_none_or(|refusal| !SHUT.contains(&refusal)), "{form}: {}", page.body);
            app.settle().await;
            continue;
        };
        let (hashes, page) = app.hashes_in(app.changes_nothing(knock(at, line))).await;
        assert_eq!((page.refusal(), hashes), (Some(refusal), 0), "{form}: {}", page.body);
        let news = app.news().await;
        if let (Door::Rule(action) | Door::Way(action, _), false) = (door, who == Nobody) {
            let failed = format!("{}.failure by person of {ADA}: {}", action.rule().event.word(), refusal.code());
            assert_eq!(news, [failed], "{form}");
        }
        assert!(app.deliver().await.words().is_empty(), "{form}");
    }
}

#[tokio::test]
async fn a_closed_account_can_only_come_back_or_sign_out() {
    let app = TestApp::unlimited().await;
    let browser = app.scheduled_browser(ADA).await;
    every_door(&app, Closed, &browser).await;
}

/// Closing ends the open change; even if it did not, the change's link would be refused.
#[tokio::test]
async fn a_closed_account_changes_its_address_by_no_link() {
    for (state, refusal) in [("cancelled", Refusal::DeadLink), ("open", Refusal::DeletionScheduled)] {
        let app = TestApp::new().await;
        let browser = app.authenticated_browser(ADA).await;
        let (confirm, _) = browser.ask_for_change("new@example.com").await;
        browser.post("schedule_deletion", &[("confirmation", ADA)]).await;
        browser.sign_in(ADA, PASSWORD).await;
        app.settle().await;
        assert_eq!(app.rows("SELECT state FROM signet_email_changes").await, ["cancelled"]);
        app.db.run(&format!("UPDATE signet_email_changes SET state = '{state}'")).await.unwrap();
        let page = app.changes_nothing(browser.call("confirm_email_change", &[("token", &confirm)])).await;
        assert_eq!(page.refusal(), Some(refusal), "{state}");
        assert_eq!(app.news().await, [format!("account.email_changed.failure by person of {ADA}: {}", refusal.code())]);
    }
}

#[tokio::test]
async fn an_unverified_account_has_no_profile_no_password_page_and_no_sessions_page() {
    let app = TestApp::unlimited().await;
    let (browser, _) = app.unverified(ADA).await;
    every_door(&app, Unverified, &browser).await;
}

#[tokio::test]
async fn nobody_signed_in_can_do_none_of_it() {
    let app = TestApp::unlimited().await;
    app.authenticated_browser(ADA).await;
    every_door(&app, Nobody, &app.browser()).await;
}

/// Sudo mode opens each door that the table says, and without it the same doors are shut.
#[tokio::test]
async fn an_active_account_finds_the_doors_shut_that_ask_for_sudo_mode() {
    let app = TestApp::unlimited().await;
    let browser = app.authenticated_browser(ADA).await;
    every_door(&app, Active, &browser).await;
    let browser = app.fresh(InSudoMode).await;
    every_door(&app, InSudoMode, &browser).await;
}

/// For half a minute the token that the session had before leads to every step of the confirmation, and nowhere else.
#[tokio::test]
async fn a_browser_that_has_the_token_before_sudo_mode_may_only_confirm_again_and_sign_out() {
    let app = TestApp::unlimited().await;
    let browser = app.authenticated_browser(ADA).await;
    let before = browser.session().unwrap();
    browser.sudo(PASSWORD).await;
    browser.set_cookie(Name::Session, &before);
    every_door(&app, Unheard, &browser).await;
}

/// Browsers whose account another form has not changed.
trait Fresh {
    async fn fresh(&self, who: Visitor) -> Browser<'_>;
}

impl Fresh for TestApp {
    async fn fresh(&self, who: Visitor) -> Browser<'_> {
        let number = self.count("signet_users").await;
        let email = format!("fresh{number}@example.com");
        let browser = match who {
            Nobody => self.browser(),
            Unverified => self.unverified(&email).await.0,
            Closed => self.scheduled_browser(&email).await,
            Active | InSudoMode | Unheard => self.authenticated_browser(&email).await,
        };
        let before = browser.session();
        if matches!(who, InSudoMode | Unheard) {
            browser.sudo(PASSWORD).await;
        }
        if let (Unheard, Some(before)) = (who, before) {
            browser.set_cookie(Name::Session, &before);
        }
        self.settle().await;
        browser
    }
}

#[tokio::test]
async fn every_page_of_a_closed_account_is_the_reactivation_page() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    for line in pages().filter(|line| line.path != "/users/reactivate") {
        assert_eq!(browser.get(&line.address()).await.sent_to(), "/users/reactivate", "{}", line.path);
    }
    let page = browser.get("/users/reactivate").await;
    assert_eq!(page.status, 200);
    for words in ["Keep my account", "Sign out", "29 January 2027"] {
        assert!(page.body.contains(words), "{words}");
    }
}

#[tokio::test]
async fn an_erased_account_is_nobody() {
    let app = TestApp::new().await;
    let browser = app.scheduled_browser(ADA).await;
    app.clock.set(START.plus(Span::days(14)));
    app.browser().sign_in(ADA, PASSWORD).await;
    app.settle().await;
    for line in forms().filter(|line| shut(line.door().unwrap(), Nobody) == Some(Refusal::SignInRequired)) {
        let page = app.changes_nothing(knock(&browser, line)).await;
        assert_eq!(page.refusal(), Some(Refusal::SignInRequired), "{}", line.name());
    }
    let page = browser.call("sign_in", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(page.refusal(), Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn being_closed_shows_only_after_the_right_password() {
    let app = TestApp::new().await;
    app.scheduled_browser("closed@example.com").await;
    app.authenticated_browser("active@example.com").await;
    let mut shapes = Vec::new();
    for email in ["closed@example.com", "active@example.com", "nobody@example.com"] {
        let page = app.browser().post("sign_in", &[("email", email), ("password", OTHER_PASSWORD)]).await;
        shapes.push(page.shape(email));
    }
    assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:#?}");
}
