//! What stands in every letter.

/// The first line. It is the same for every user: an attacker may have chosen the account's display name (checklist
/// A25).
#[must_use]
pub const fn greeting() -> &'static str {
    "Hello,"
}

/// The last line. `host` is the host of the site.
#[must_use]
pub fn last_line(host: &str) -> String {
    format!("Sent by Signet at {host}. Nobody reads replies.")
}
