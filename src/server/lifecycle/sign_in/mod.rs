//! Signing in with a password, and signing out.
//!
//! One hash is computed whatever was typed. A session begins under a fresh token, and the token
//! before it is dead. A browser that the account does not know is told to its owner by mail.
//! Signing in does not begin sudo mode.

pub(super) mod begin_session;
#[expect(clippy::module_inception, reason = "the action that the feature is named after")]
mod sign_in;
pub(super) mod sign_out;

pub use self::begin_session::SignedIn;
