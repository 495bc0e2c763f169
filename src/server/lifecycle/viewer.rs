//! The signed-in user of a request.

use crate::domain::{
    sessions::Session,
    sudo::is_sudo,
    time::{Span, Timestamp},
    user::User,
};

/// The account and the session of a request.
#[derive(Clone)]
pub struct Viewer {
    /// The account.
    pub user: User,
    /// The session.
    pub session: Session,
    /// SHA-256 of the request's session token. If the token is rotated during the request, the request's token
    /// stops working too (behaviour rule 4).
    pub(super) token_hash: [u8; 32],
}

impl Viewer {
    /// Whether the request brought the session token with this hash.
    #[must_use]
    pub fn has_token(&self, token_hash: &[u8; 32]) -> bool {
        self.token_hash == *token_hash
    }

    /// Whether the session is in sudo mode at `now`. Pages use it to decide what to show; an action checks its line
    /// of the table when it begins.
    #[must_use]
    pub fn is_sudo(&self, now: Timestamp, ttl: Span) -> bool {
        is_sudo(self.session.sudo_at, ttl, now)
    }
}
