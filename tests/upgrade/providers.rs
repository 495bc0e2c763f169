//! A person who is at a provider just now comes back, and a person with a linked login signs in.

use serde_json::json;
use signet::testing::Browser;

use crate::{
    abroad::{ACME, Abroad, BRAVO, GITHUB},
    site::on_each,
};

/// Goes on to the provider from the page before it, gives consent and comes back; returns where that leads.
async fn goes_on(abroad: &Abroad, browser: &Browser<'_>, provider: &str) -> String {
    let page = browser.get(&format!("/users/auth/{provider}")).await;
    let url = page.goes_on_to();
    let callback = match provider {
        GITHUB => abroad.github.approve(&url),
        BRAVO => abroad.bravo.approve(&url),
        _ => abroad.acme.approve(&url),
    };
    browser.get(&callback.path(provider)).await.sent_to()
}

#[tokio::test]
async fn whoever_was_on_the_way_arrives() {
    on_each(async |site| {
        let signs_in = site.browser("signs_in_at_acme");
        site.abroad.acme.claim("sub", "setter-1".into());
        goes_on(&site.abroad, &signs_in, ACME).await;
        assert_eq!(signs_in.viewer().await.user.email.as_str(), "setter@example.com");

        let links = site.browser("deviced");
        site.abroad.bravo.claim("sub", "deviced-1".into());
        goes_on(&site.abroad, &links, BRAVO).await;
        let user = links.viewer().await.user.id;
        let linked = format!("SELECT provider, subject FROM signet_identities WHERE user_id = '{user}'");
        assert_eq!(site.app().rows(&linked).await, ["bravo|deviced-1"]);
    })
    .await;
}

#[tokio::test]
async fn a_login_that_was_linked_comes_in() {
    on_each(async |site| {
        let user = json!({"login": "somebody", "id": 1_815, "name": null, "email": null});
        site.abroad.github.set(|script| script.user = user);
        let browser = site.app().browser();
        let form = [("provider", GITHUB), ("ask", "sign_in"), ("return_to", "")];
        browser.post("continue_with_provider", &form).await;
        goes_on(&site.abroad, &browser, GITHUB).await;
        assert_eq!(browser.viewer().await.user.email.as_str(), "iris@example.com");
    })
    .await;
}
