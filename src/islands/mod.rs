//! The parts of a page that run in the browser: forms, and the sudo dialog in them.
//!
//! One island per file; they share [`form`], [`account_mark`], [`send`], [`field`], [`select`], [`submit`] and [`sudo::dialog`].
//! [`live_state`] keeps the page up to date. [`copy`], [`question`] and [`times`] serve parts of a page. All others except
//! [`submit_once`] and [`sudo::prompt`] are a whole form.
//! Rendered on the server it works without JavaScript, by POST and redirect. Hydrated, it sends the same fields
//! without leaving the page, and shows a refusal where it belongs. The properties of an island are in the page's
//! source, so they contain nothing that the page does not show.

#![expect(missing_docs, reason = "the island macro makes structs and functions without documentation")]
#![expect(clippy::must_use_candidate, reason = "the component macro owns the signatures")]
#![expect(clippy::needless_pass_by_value, reason = "properties come by value")]

pub mod account_mark;
pub mod api_tokens;
pub mod copy;
pub mod deletion;
pub mod email_change;
pub mod field;
pub mod form;
pub mod live_state;
pub mod password;
pub mod profile;
pub mod providers;
pub mod question;
pub mod registration;
pub mod select;
pub mod send;
pub mod sign_in;
pub mod submit;
pub mod submit_once;
pub mod sudo;
pub mod times;
