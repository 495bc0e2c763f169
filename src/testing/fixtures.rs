//! Accounts in the states with which tests begin.

use std::sync::atomic::Ordering;

use super::{
    app::{PROVIDER, TestApp},
    browser::Browser,
    journey::PASSWORD,
    page::Page,
};
use crate::{
    domain::{paths, user::User},
    server::lifecycle::Viewer,
};

/// An account, and a browser that is signed in to it.
pub struct Fixture<'a> {
    /// The account as it is when the fixture is ready.
    pub user: User,
    /// The account and its session, for calls of actions without a browser. After a change of the session, such as
    /// entering sudo mode, this value is outdated; [`Browser::viewer`] returns the current one.
    pub viewer: Viewer,
    /// The browser, with the cookie of the session.
    pub browser: Browser<'a>,
}

/// The real actions make every fixture, as for a person who signs up, opens the link in the letter, and so on. The
/// letters and events of a fixture do not count afterwards: [`TestApp::assert_mailed`] and [`TestApp::assert_event`]
/// see only what the test does.
impl TestApp {
    /// An account with a verified address and the password [`PASSWORD`], and a browser that is signed in to it.
    pub async fn authenticated_fixture(&self) -> Fixture<'_> {
        Fixture::of(self.authenticated_browser(&self.new_address()).await).await
    }

    /// As [`TestApp::authenticated_fixture`], with the session in sudo mode.
    pub async fn sudo_fixture(&self) -> Fixture<'_> {
        let browser = self.authenticated_browser(&self.new_address()).await;
        browser.sudo(PASSWORD).await;
        self.settle().await;
        Fixture::of(browser).await
    }

    /// An account whose deletion is scheduled. Its owner has signed in again, and so may only cancel the deletion.
    pub async fn scheduled_fixture(&self) -> Fixture<'_> {
        Fixture::of(self.scheduled_browser(&self.new_address()).await).await
    }

    /// An account without a password, whose only sign-in method is the provider of [`TestApp::with_provider`]. Panics
    /// in an application without this provider.
    pub async fn provider_only_fixture(&self) -> Fixture<'_> {
        let provider = self.provider.as_ref().expect("the application knows no provider: start it by with_provider");
        let address = self.new_address();
        provider.claim("sub", address.as_str().into());
        provider.claim("email", address.as_str().into());
        let browser = self.browser();
        let form = [("provider", PROVIDER), ("ask", "sign_in"), ("return_to", paths::DASHBOARD)];
        let before_leaving = browser.post("continue_with_provider", &form).await.sent_to();
        let leaving = browser.get(&before_leaving).await;
        let callback = provider.approve(&address_of_provider(&leaving).parse().unwrap());
        let back = browser.get(&callback.path(PROVIDER)).await;
        assert_eq!(back.sent_to(), paths::DASHBOARD);
        self.settle().await;
        Fixture::of(browser).await
    }

    /// An address that no other fixture of this application has.
    fn new_address(&self) -> String {
        format!("user{}@example.com", self.fixtures.fetch_add(1, Ordering::Relaxed))
    }
}

impl<'a> Fixture<'a> {
    async fn of(browser: Browser<'a>) -> Self {
        let viewer = browser.viewer().await;
        Self { user: viewer.user.clone(), viewer, browser }
    }
}

/// The provider's address in the page that sends the browser to the provider.
fn address_of_provider(page: &Page) -> String {
    let header = page.headers.get("refresh").unwrap_or_else(|| panic!("leads to no provider: {}", page.body));
    let (_, address) = header.to_str().unwrap().split_once("url=").unwrap();
    address.to_owned()
}
