//! Every change that a form makes, as server functions: the public surface.
//!
//! Each is a public endpoint, `POST /api/{its name}`, whether a page uses it or not. Each opens a `FormResponder`
//! (`server::context`), calls one lifecycle action, which checks for itself who the caller is and what they may do,
//! and answers with a redirect and a notice, or a refusal. Fields are single texts, and a missing field is an empty
//! text; only the ticked boxes of a form are a list. So every form, however malformed, reaches the domain's rules, and they refuse it.

#![expect(missing_docs, reason = "the server macro makes a struct of each function's fields")]

pub mod api_tokens;
pub mod deletion;
pub mod email_change;
pub mod export;
pub mod password;
pub mod profile;
pub mod providers;
pub mod registration;
pub mod security_log;
pub mod sessions;
pub mod sign_in;
pub mod sudo;
pub mod wire;
