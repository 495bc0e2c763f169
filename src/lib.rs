//! Signet: everything that happens to an account after (and including) registration.
//!
//! A person signs up, confirms the address, signs in; changes name, address and
//! password; confirms it is them before anything that matters; closes the account, and
//! comes back within the grace period or is erased when it ends.
//!
//! # The tour, in dependency order
//!
//! - [`domain`]: the rules as plain types. No IO, no clock, no web. Start reading here.
//! - [`api`]: every change a person can make, as server functions: the public surface.
//! - [`islands`]: the few parts of a page that move in the browser.
//!
//! The rest exists on the server only:
//!
//! - `server::store`: the database, SQLite or PostgreSQL with one SQL text.
//! - `server::lifecycle`: one file per action, one transaction per action.
//! - `server::jobs`, `server::mail`, `server::crypto`: what the actions lean on.
//! - `server::http`, `server::router`: what stands between the socket and the pages.
//! - `server::serve`: all of it at work, in the process of a host. The program in `src/bin/signet`
//!   is one.
//! - `pages` and `components`: what a person sees, rendered on the server.
//!
//! A page asks one `lifecycle::queries` function for what it shows. A change goes from
//! an island, or from the bare form without JavaScript, to an `api` function, which
//! calls one `lifecycle` action and redirects. Nothing else happens anywhere.

// A page is one type that holds the types of all its parts.
#![recursion_limit = "256"]

pub mod api;
pub mod domain;
pub mod islands;

// The server's half. This block, and `hydrate` and `app` below, are the only feature gates.
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

/// Starts the islands of a page, in the browser. A host calls it from the `hydrate` that its own
/// WASM exports.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    // A page that "Back" brings out of the browser's memory may show an account that has
    // been signed out since: it is asked for again (checklist A60).
    leptos::prelude::window_event_listener_untyped("pageshow", |event| {
        let shown = wasm_bindgen::JsCast::dyn_ref::<web_sys::PageTransitionEvent>(&event);
        if shown.is_some_and(web_sys::PageTransitionEvent::persisted) {
            let _ = leptos::prelude::location().reload();
        }
    });
}

/// The `hydrate` that the pages' script calls, where Signet is all that the WASM holds. Two
/// exports of one name do not link, so hosts with one of their own leave `app` off.
#[cfg(all(feature = "hydrate", feature = "app"))]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = "hydrate")]
pub fn app() {
    hydrate();
}
