//! Who is calling.

use crate::domain::{
    sessions::Session,
    sudo::is_sudo,
    time::{Span, Timestamp},
    user::User,
};

/// Who is calling: the account and the session of this request.
#[derive(Clone)]
pub struct Viewer {
    /// The account.
    pub user: User,
    /// The session.
    pub session: Session,
    /// SHA-256 of the token that the request came with. A token that was renewed while the
    /// request was under way is dead for that request too (behaviour rule 4).
    pub(super) token_hash: [u8; 32],
}

impl Viewer {
    /// Whether the session is in sudo mode at `now`. Pages ask it to know what to show; an action
    /// is asked by its line of the table, when it begins.
    #[must_use]
    pub fn is_sudo(&self, now: Timestamp, ttl: Span) -> bool {
        is_sudo(self.session.sudo_at, ttl, now)
    }
}
