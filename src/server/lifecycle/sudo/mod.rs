//! Sudo mode: the session's owner proves again who they are.
//!
//! By password, by signing in again at a linked provider, or by a mailed code. It lasts for
//! `sudo.ttl` from the proof and never longer, and gives the session a new token. Nobody passes
//! for having nothing to prove.

pub(super) mod confirm_sudo;
pub(super) mod confirm_sudo_by_code;
pub(super) mod confirm_sudo_by_provider;
pub(super) mod request_sudo_code;
pub(super) mod sudo_ways;

pub use self::sudo_ways::{CodeWay, SudoWays};
