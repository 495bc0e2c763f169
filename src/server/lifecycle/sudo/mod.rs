//! Sudo mode: the user confirms their identity again.
//!
//! By password, by a new login at a linked provider, or by a mailed code. Sudo mode lasts for `sudo.ttl` from the
//! proof and never longer, and gives the session a new token. An account without any of these methods cannot enter
//! it.

pub(super) mod confirm_sudo;
pub(super) mod confirm_sudo_by_code;
pub(super) mod confirm_sudo_by_provider;
pub(super) mod request_sudo_code;
pub(super) mod sudo_ways;

pub use self::sudo_ways::{CodeWay, SudoWays};
