//! Where the process runs, and so what it may assume.

/// Where this process runs (`SIGNET_ENVIRONMENT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On a programmer's machine: browsers reach it on loopback only, Signet makes a missing secret key itself, and
    /// any visitor can read the mailbox.
    Development,
    /// On a server with real accounts.
    Production,
}
