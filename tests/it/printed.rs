//! Documents that a test compares with the program, and prints anew if the environment variable `SIGNET_WRITE_DOCS` is
//! set.

/// Whether to print the document instead of comparing it.
#[expect(clippy::disallowed_methods, reason = "whether to renew a document is no setting of the program")]
pub fn is_to_be_written() -> bool {
    std::env::var("SIGNET_WRITE_DOCS").is_ok()
}
