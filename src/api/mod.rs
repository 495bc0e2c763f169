//! Every change a person can make, as server functions: this is the public surface.
//!
//! Each is a public endpoint, `POST /api/{its name}`, whether a page uses it or not. Each
//! opens a `FormResponder` (`server::context`), calls one lifecycle action, which checks for
//! itself who asks and whether they may, and answers: a redirect with a notice, or a
//! refusal. Fields are single texts, and a field that is missing is an empty one, so that
//! every form, however mangled, reaches the rules and is refused by them.

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
