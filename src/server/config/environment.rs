//! Where the process runs, and so what it may take for granted.

/// Where this process runs (`SIGNET_ENVIRONMENT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On the machine of whoever works on it: reached on loopback only, with a key made
    /// on the spot and a mailbox that anybody can read.
    Development,
    /// Where real accounts are.
    Production,
}
