//! Signet: everything that happens to an account from registration on.
//!
//! A user signs up, verifies the email address and signs in. Signed in, the user changes name, email address and
//! password, and confirms their identity before anything that matters. A user who closes the account can come back
//! within the grace period; when it ends, the account is erased.
//!
//! # The tour, in dependency order
//!
//! - [`islands`]: what runs in the browser: it sends forms, and keeps a page up to date.
//!
//! The rest exists on the server only:
//!
//! - `domain`: the rules as plain types. No IO, no clock, no web. Start reading here.
//! - `copy`: the texts that people read: refusals, notices, events, letters, units.
//! - `api`: one server function for every change that a form makes.
//! - `server::store`: the database, SQLite or PostgreSQL with one SQL text.
//! - `server::lifecycle`: one file per action, one transaction per action.
//! - `server::mail`, `server::crypto`: letters, hashes and tokens, which the actions use.
//! - `server::jobs`: the workers, which call actions when something is due.
//! - `server::http`, `server::router`: the layers between the socket and the pages.
//! - `server::serve`: starts all of it in the process of a host, such as the program in `src/bin/signet`.
//! - `pages` and `components`: the pages, rendered on the server.
//!
//! With the feature `testing`, which no released program has, there are also fixtures and assertions for tests:
//! `testing`.
//!
//! A page calls the queries of `lifecycle` for the data it shows. A change goes from an island, or from the plain
//! form without JavaScript, to an `api` function, which calls one `lifecycle` action and redirects. Changes also
//! come from the workers, from programs with an API token (`http::api_v1`), from a provider's callback and from an
//! export's download; each of them calls an action of `lifecycle`, too.

// The type of a page contains the types of all its parts, so the compiler needs a deeper recursion limit.
#![recursion_limit = "256"]

pub mod islands;

// Everything for the server. This block, `testing`, and `hydrate` and `app` below, are the only feature gates.
#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod copy;
#[cfg(feature = "ssr")]
pub mod domain;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

#[cfg(feature = "testing")]
pub mod testing;

/// Starts the islands of a page, in the browser. A host calls it from the function that its own WASM exports as
/// `hydrate`.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    // With "Back" the browser may show a page that it kept in memory, although the user has signed out since. So
    // reload such a page (checklist A60).
    leptos::prelude::window_event_listener_untyped("pageshow", |event| {
        let shown = wasm_bindgen::JsCast::dyn_ref::<web_sys::PageTransitionEvent>(&event);
        if shown.is_some_and(web_sys::PageTransitionEvent::persisted) {
            let _ = leptos::prelude::location().reload();
        }
    });
}

/// The export `hydrate` that the pages' script calls. WASM with two exports of one name does not link, so a host
/// that exports its own `hydrate` leaves the feature `app` off.
#[cfg(all(feature = "hydrate", feature = "app"))]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = "hydrate")]
pub fn app() {
    hydrate();
}
