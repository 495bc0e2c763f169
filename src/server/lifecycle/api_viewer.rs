//! Which program is calling.

use crate::domain::{api_tokens::IssuedToken, time::Timestamp, user::User};

/// A program that came with a token: whose account it is, and what the token may do. It has
/// no session, so it is never in sudo mode.
#[derive(Clone)]
pub struct ApiViewer {
    /// The account.
    pub user: User,
    /// The token.
    pub token: IssuedToken,
}

impl ApiViewer {
    /// Whether the token works at `now` for an account in this standing.
    #[must_use]
    pub fn is_admitted(&self, now: Timestamp) -> bool {
        self.token.alive(now) && self.user.must_be_active().is_ok()
    }
}
