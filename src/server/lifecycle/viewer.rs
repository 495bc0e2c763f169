//! Who is calling, and the proof that they confirmed it a moment ago.

use crate::domain::{
    error::Refusal,
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

/// Proof that a session is in sudo mode. Only [`Viewer::sudo`] makes one, and the actions
/// that need sudo mode take one, so no caller can go around the check.
#[derive(Clone, Copy)]
pub struct Sudo<'a> {
    viewer: &'a Viewer,
}

impl Viewer {
    /// The proof of sudo mode at `now`.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`].
    pub fn sudo(&self, now: Timestamp, ttl: Span) -> Result<Sudo<'_>, Refusal> {
        if is_sudo(self.session.sudo_at, ttl, now) { Ok(Sudo { viewer: self }) } else { Err(Refusal::SudoRequired) }
    }
}

impl<'a> Sudo<'a> {
    /// Who holds the proof.
    #[must_use]
    pub const fn viewer(self) -> &'a Viewer {
        self.viewer
    }
}
