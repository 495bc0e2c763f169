//! Limits: how often callers may do what costs something, driven as browsers drive it.

mod callers;
mod letters;
mod page;
mod proofs;
mod refusals;

use signet::testing::{Browser, Page, TestApp, WRONG_PASSWORD};

const ADA: &str = "ada@example.com";

/// A browser at an address of its own: the `number`-th of a large network, so that no two share a count.
fn elsewhere(app: &TestApp, number: u16) -> Browser<'_> {
    let [high, low] = number.to_be_bytes();
    let mut browser = app.browser();
    browser.ip = [10, 0, high, low].into();
    browser
}

async fn signs_in(browser: &Browser<'_>, email: &str, password: &str) -> Page {
    browser.call("sign_in", &[("email", email), ("password", password)]).await
}

/// Guesses a wrong password `times` times, from as many networks, and returns the last status.
async fn guessed(app: &TestApp, email: &str, times: u16) -> u16 {
    let mut last = 0;
    for number in 0..times {
        last = signs_in(&elsewhere(app, number), email, WRONG_PASSWORD).await.status.as_u16();
    }
    last
}

fn retry_after(page: &Page) -> Option<u32> {
    page.headers.get("retry-after")?.to_str().ok()?.parse().ok()
}
