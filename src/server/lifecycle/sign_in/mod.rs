//! Signing in with a password, and signing out.
//!
//! Every attempt computes one hash, whatever was typed. A session begins with a fresh token, and the browser's
//! earlier token stops working. If the browser is unknown, a letter tells the account's owner about the sign-in.
//! Signing in does not begin sudo mode.

pub(super) mod begin_session;
mod forget_devices_by_operator;
#[expect(clippy::module_inception, reason = "the action that the feature is named after")]
mod sign_in;
pub(super) mod sign_out;

pub use self::begin_session::SignedIn;
