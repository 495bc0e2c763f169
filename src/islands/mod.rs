//! The parts of a page that move in the browser: forms, and the sudo dialog in them.
//!
//! One island per file; what they share is in [`form`], [`send`], [`field`], [`select`],
//! [`submit`], [`sudo_dialog`] and [`words`]. [`live_state`] keeps the page
//! up to date. All others but [`press`] are a whole form: rendered on the
//! server it works without JavaScript, by POST and redirect; hydrated, it sends the same
//! fields without leaving the page, and shows a refusal where it belongs. Their properties
//! stand in the page's source, so they hold nothing that the page does not show.

#![expect(missing_docs, reason = "the island macro makes structs and functions without documentation")]
#![expect(clippy::must_use_candidate, reason = "the component macro owns the signatures")]
#![expect(clippy::needless_pass_by_value, reason = "properties come by value")]

pub mod api_token_form;
pub mod confirm_form;
pub mod delete_form;
pub mod email_form;
pub mod field;
pub mod form;
pub mod live_state;
pub mod log_in_form;
pub mod password_form;
pub mod press;
pub mod profile_form;
pub mod register_form;
pub mod reset_form;
pub mod reset_request_form;
pub mod select;
pub mod send;
pub mod set_password_form;
pub mod submit;
pub mod sudo_code_form;
pub mod sudo_dialog;
pub mod sudo_form;
pub mod sudo_guard;
pub mod words;
