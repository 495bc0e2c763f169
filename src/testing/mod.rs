//! Fixtures and assertions, for the tests of a program that contains Signet, and for Signet's own.
//!
//! A [`TestApp`] is the whole application on a database of its own. A fixture is an account in some state, made by
//! the real actions, with a browser that is signed in to it. An assertion reads what a test has done: rows, letters,
//! cookies, events. No worker runs beside a test: [`TestApp::run_jobs`] does what is due, and
//! [`TestApp::advance_clock`] moves the clock. `docs/TESTING.md` has the list.
//!
//! A change of the password ends every session of the account, except the one in which the user made it:
//!
//! ```
//! # use signet::{domain::{outbox::Kind, security_log::Event}, testing::{Fixture, OTHER_PASSWORD, PASSWORD, TestApp}};
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let app = TestApp::new().await;
//! let Fixture { user, browser, .. } = app.authenticated_fixture().await;
//! let elsewhere = app.signed_in(user.email.as_str(), PASSWORD).await;
//!
//! let form = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
//! assert!(browser.call("change_password", &form).await.status.is_success());
//!
//! // This session is still valid, and the other one is not.
//! assert_eq!(browser.get("/dashboard").await.status, 200);
//! assert_eq!(elsewhere.get("/dashboard").await.sent_to(), "/users/log-in?return_to=/dashboard");
//! app.assert_sessions_revoked(&user, Some(&browser)).await;
//! app.assert_event(&user, Event::PasswordChanged).await;
//! app.run_jobs().await;
//! app.assert_mailed(user.email.as_str(), Kind::PasswordChanged).await;
//! # }
//! ```
//!
//! Scheduling the deletion ends every session, and says when the account will be erased:
//!
//! ```
//! # use signet::testing::{Fixture, TestApp, people::source};
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let app = TestApp::new().await;
//! let Fixture { user, viewer, browser } = app.sudo_fixture().await;
//!
//! let typed = user.email.as_str();
//! let scheduled = app.lifecycle.schedule_deletion(&source(), &viewer, typed).await.unwrap();
//!
//! assert_eq!(app.assert_deletion_scheduled(&user).await, scheduled.delete_at);
//! assert!(scheduled.delete_at > app.now());
//! assert_eq!(browser.get("/dashboard").await.sent_to(), "/users/log-in?return_to=/dashboard");
//! app.assert_sessions_revoked(&user, None).await;
//!
//! // The grace period passes, and the worker erases the account.
//! app.simulate_grace_period_expiry(&user).await;
//! # }
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot go on has to fail its test"
)]
#![expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "no caller takes one of these for a function with an effect"
)]

mod app;
mod asserts;
mod browser;
mod db;
mod evidence;
mod fixtures;
mod folder;
pub mod invariants;
mod jobs;
mod journey;
mod page;
pub mod people;
mod post;
pub mod provider;

pub use self::{
    app::{BASE_URL, KEY, PROVIDER, START, TestApp, keys, settings},
    browser::{Browser, Fields},
    db::TestDb,
    fixtures::Fixture,
    folder::temporary_folder,
    journey::{OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD},
    page::Page,
    post::{Mail, Post, token_in},
};
