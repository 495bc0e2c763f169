//! Other people who use the site meanwhile.

use std::time::Duration;

use signet::testing::PASSWORD;
use tokio::{task::JoinSet, time::sleep};

use crate::http::browser::{Browser, Connections, address};

/// What the others do, for the line.
pub const WORDS: &str = "4 connections sign in and 4 open pages";
/// How many connections sign in without a pause, and how many open pages.
const EACH: usize = 4;
/// How long a person reads a page.
const READS: Duration = Duration::from_millis(20);
/// The first of their client addresses.
const FIRST: u32 = 0x00f0_0000;

/// The others.
pub struct Others {
    connections: Connections,
}

/// They go on until this is dropped.
pub struct Busy {
    _tasks: JoinSet<()>,
}

/// Their accounts.
pub fn addresses() -> Vec<String> {
    (0..2 * EACH).map(|number| format!("others{number:06}@example.com")).collect()
}

impl Others {
    pub const fn new(connections: Connections) -> Self {
        Self { connections }
    }

    /// Lets them begin.
    pub fn begin(&self) -> Busy {
        let mut tasks = JoinSet::new();
        for (number, email) in (0..).zip(addresses()) {
            let browser = Browser::new(&self.connections, address(FIRST + number));
            if (number as usize) < EACH {
                tasks.spawn(sign_in(browser, email));
            } else {
                tasks.spawn(open_pages(browser, email));
            }
        }
        Busy { _tasks: tasks }
    }
}

/// Signs in again and again. A refusal or a broken connection does not matter: the next try keeps the server as busy.
async fn sign_in(mut browser: Browser, email: String) {
    loop {
        let _ = browser.post("sign_in", &[("email", &email), ("password", PASSWORD)]).await;
    }
}

async fn open_pages(mut browser: Browser, email: String) {
    browser.must("sign_in", &[("email", &email), ("password", PASSWORD)]).await;
    loop {
        for page in ["/users/log-in", "/users/settings", "/users/settings/security-log"] {
            let _ = browser.open(page).await;
            sleep(READS).await;
        }
    }
}
