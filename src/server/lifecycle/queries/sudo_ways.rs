//! How the viewer can confirm that it is them.

use crate::{
    domain::time::Timestamp,
    server::{
        lifecycle::{Error, Lifecycle, Viewer},
        oauth::Listed,
    },
};

/// How an account can confirm that it is its owner who asks.
pub struct SudoWays {
    /// By password; then by nothing else.
    pub password: bool,
    /// By signing in again at one of these.
    pub providers: Vec<Listed>,
    /// By a mailed code.
    pub code: CodeWay,
}

/// Whether a mailed code will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeWay {
    /// No.
    No,
    /// Yes, once one is asked for.
    Offered,
    /// Yes, and one is on its way.
    Sent {
        /// The last second in which it works.
        until: Timestamp,
    },
}

impl Lifecycle {
    /// The viewer's ways to confirm.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sudo_ways(&self, viewer: &Viewer) -> Result<SudoWays, Error> {
        Ok(SudoWays { password: viewer.user.has_password, providers: Vec::new(), code: CodeWay::No })
    }
}
