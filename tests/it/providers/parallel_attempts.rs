//! Several attempts of one browser, as people begin them in several tabs: each has its own cookie, and an answer that
//! finishes none of them uses up none.

use serde_json::json;
use signet::{
    domain::{error::Refusal, time::Span},
    testing::{
        Browser, TestApp,
        provider::{Callback, TestProvider},
    },
};

const ACME: &str = "acme";
const BRAVO: &str = "bravo";
/// The most attempts that a browser can have under way.
const MOST: usize = 5;

/// The application and two providers, at which different people sign in.
struct World {
    app: TestApp,
    acme: TestProvider,
    bravo: TestProvider,
}

impl World {
    async fn new() -> Self {
        let home = TestApp::new().await;
        let (acme, bravo) = (TestProvider::start(&home.clock).await, TestProvider::start(&home.clock).await);
        bravo.claim("email", json!("bob@example.com"));
        let providers = vec![acme.settings(ACME), bravo.settings(BRAVO)];
        let app = home.again(|all| {
            all.providers = providers;
            all.limits.enabled = false;
        });
        Self { app, acme, bravo }
    }

    /// Presses the button in a tab, and signs in at the provider; what the tab brings back.
    async fn tab(&self, browser: &Browser<'_>, provider: &str, ask: &str) -> Callback {
        let form = [("provider", provider), ("ask", ask), ("return_to", "/users/settings")];
        let page = browser.post("continue_with_provider", &form).await;
        let url = browser.follow(page).await.goes_on_to();
        if provider == ACME { self.acme.approve(&url) } else { self.bravo.approve(&url) }
    }
}

/// The refusal that waits for the next page.
fn refusal(browser: &Browser<'_>) -> Option<Refusal> {
    browser.draft().and_then(|(_, refusal)| refusal)
}

#[tokio::test]
async fn two_attempts_at_once_both_finish_in_either_order() {
    for (second, order) in [(ACME, [0, 1]), (ACME, [1, 0]), (BRAVO, [0, 1]), (BRAVO, [1, 0])] {
        let world = World::new().await;
        let browser = world.app.browser();
        let tabs = [world.tab(&browser, ACME, "sign_in").await, world.tab(&browser, second, "sign_in").await];
        assert_eq!(browser.attempts().len(), 2);
        for tab in order {
            let provider = if tab == 0 { ACME } else { second };
            let page = browser.get(&tabs[tab].path(provider)).await;
            assert_eq!(page.sent_to(), "/users/settings", "{second} {order:?} {tab}");
            let expected = if provider == ACME { "ada@example.com" } else { "bob@example.com" };
            assert_eq!(browser.viewer().await.user.email.as_str(), expected);
        }
        assert_eq!(browser.attempts(), []);
        assert_eq!(world.app.count("signet_provider_attempts").await, 0);
        let all = world.acme.token_requests().len() + world.bravo.token_requests().len();
        assert_eq!(all, 2, "each code was used once");
    }
}

/// Sudo mode gives the session a new token, but it stays the session that the other tab began in.
#[tokio::test]
async fn sudo_mode_can_be_asked_for_in_two_tabs() {
    let world = World::new().await;
    let browser = world.app.browser();
    let callback = world.tab(&browser, ACME, "sign_in").await;
    browser.get(&callback.path(ACME)).await;
    let tabs = [world.tab(&browser, ACME, "sudo").await, world.tab(&browser, ACME, "sudo").await];
    for tab in tabs {
        assert_eq!(browser.get(&tab.path(ACME)).await.sent_to(), "/users/settings");
        assert_eq!(refusal(&browser), None);
        assert!(browser.has_sudo().await);
    }
}

/// Any page of any site can lead the browser to such an address.
#[tokio::test]
async fn an_answer_that_is_none_uses_up_nothing() {
    let world = World::new().await;
    let browser = world.app.browser();
    let elsewhere = world.tab(&world.app.browser(), ACME, "sign_in").await;
    let tabs = [world.tab(&browser, ACME, "sign_in").await, world.tab(&browser, BRAVO, "sign_in").await];
    let state = &tabs[0].state;
    let before = world.app.dump().await;
    for (provider, query) in [
        (ACME, String::new()),
        (ACME, "state=x&code=x".to_owned()),
        (ACME, "error=access_denied&state=x".to_owned()),
        (ACME, "error=access_denied".to_owned()),
        (ACME, format!("state={}&code={}", elsewhere.state, elsewhere.code)),
        (ACME, format!("state={state}&state={state}&code=x")),
        (ACME, format!("state={}&code=x", state.to_lowercase())),
        (BRAVO, format!("state={}&code=x", elsewhere.state)),
    ] {
        let page = browser.get(&format!("/users/auth/{provider}/callback?{query}")).await;
        assert!(page.sent_to().starts_with("/users/log-in"), "{query}");
        assert_eq!(refusal(&browser), Some(Refusal::AttemptOver), "{query}");
        assert_eq!(browser.attempts().len(), 2, "{query}");
        assert_eq!(world.app.dump().await, before, "{query}");
    }
    for (tab, provider) in tabs.iter().zip([ACME, BRAVO]) {
        assert_eq!(browser.get(&tab.path(provider)).await.sent_to(), "/users/settings", "{provider}");
    }
}

/// These answers do belong to the attempt, but the provider is shown no code.
#[tokio::test]
async fn an_answer_without_a_code_leaves_the_attempt_to_the_one_that_has_it() {
    let world = World::new().await;
    let browser = world.app.browser();
    let tab = world.tab(&browser, ACME, "sign_in").await;
    let state = &tab.state;
    for (provider, query, expected) in [
        (ACME, format!("state={state}&error=access_denied"), Refusal::ProviderDenied),
        (ACME, format!("state={state}&error=login_required"), Refusal::ProviderUntrusted),
        (ACME, format!("state={state}&error=server_error"), Refusal::ProviderUnreachable),
        (ACME, format!("state={state}"), Refusal::ProviderUntrusted),
        (BRAVO, format!("state={state}&code={}", tab.code), Refusal::AttemptOver),
    ] {
        browser.get(&format!("/users/auth/{provider}/callback?{query}")).await;
        assert_eq!(refusal(&browser), Some(expected), "{query}");
        assert_eq!(browser.attempts().len(), 1, "{query}");
        assert!(!browser.is_signed_in().await);
    }
    assert!(world.acme.token_requests().is_empty() && world.bravo.token_requests().is_empty());
    assert_eq!(browser.get(&tab.path(ACME)).await.sent_to(), "/users/settings");
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn a_finished_attempt_is_used_up_even_for_a_browser_that_keeps_its_cookie() {
    let world = World::new().await;
    let browser = world.app.browser();
    let [used, other] = [world.tab(&browser, ACME, "sign_in").await, world.tab(&browser, ACME, "sign_in").await];
    let cookies = browser.attempts();
    assert_eq!(browser.get(&used.path(ACME)).await.sent_to(), "/users/settings");
    browser.restore(cookies);
    browser.get(&used.path(ACME)).await;
    assert_eq!(refusal(&browser), Some(Refusal::AttemptOver));
    assert_eq!((world.acme.token_requests().len(), browser.attempts().len()), (1, 1), "its cookie goes, for good");
    assert_eq!(browser.get(&other.path(ACME)).await.sent_to(), "/users/settings");
    assert_eq!(world.app.count("signet_sessions").await, 1);
}

#[tokio::test]
async fn a_browser_has_five_attempts_and_the_oldest_goes() {
    let world = World::new().await;
    let browser = world.app.browser();
    let mut tabs = Vec::new();
    for begun in 1..=MOST + 2 {
        tabs.push(world.tab(&browser, ACME, "sign_in").await);
        assert_eq!(browser.attempts().len(), begun.min(MOST));
        world.app.advance_clock(Span::seconds(1));
    }
    let size: usize = browser.attempts().iter().map(|(name, value)| name.len() + value.len() + 3).sum();
    assert!(size < 600, "{size} bytes in each request");
    for (number, tab) in tabs.iter().enumerate() {
        browser.get(&tab.path(ACME)).await;
        let expected = (number < 2).then_some(Refusal::AttemptOver);
        assert_eq!(refusal(&browser), expected, "attempt {number}");
        assert_eq!(browser.is_signed_in().await, number >= 2);
        if expected.is_some() {
            browser.get("/users/log-in").await;
        }
    }
}

/// The page between the button and the provider belongs to the attempt of its tab, also when it is loaded again.
#[tokio::test]
async fn each_tab_goes_on_with_its_own_attempt() {
    let world = World::new().await;
    let browser = world.app.browser();
    let mut pages = Vec::new();
    for provider in [ACME, ACME, BRAVO] {
        let form = [("provider", provider), ("ask", "sign_in"), ("return_to", "")];
        pages.push(browser.post("continue_with_provider", &form).await.sent_to());
    }
    let mut urls = Vec::new();
    for page in &pages {
        urls.push(browser.get(page).await.goes_on_to());
    }
    assert!(urls[0] != urls[1] && urls[1] != urls[2]);
    for (page, url) in pages.iter().zip(&urls) {
        assert_eq!(browser.get(page).await.goes_on_to(), *url);
    }
    let bare = browser.get("/users/auth/bravo").await.goes_on_to();
    assert_eq!(bare, urls[2], "without its name, the newest");
    let foreign = world.app.browser().get(&pages[0]).await;
    assert_eq!(foreign.status, 410, "the name is no secret and opens nothing");
}
