//! The signed-in user of a request.

use super::{Error, Lifecycle};
use crate::{
    domain::{
        error::Refusal,
        sessions::Session,
        sudo::is_sudo,
        time::{Span, Timestamp},
        user::User,
    },
    server::store::Tx,
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

impl Lifecycle {
    /// Locks and reads the viewer's account and session, and returns them with the time of the lock. Refuses if the
    /// session has got a new token since the request arrived.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the session has ended or has another token.
    pub(super) async fn hold_viewer(&self, tx: &mut Tx, viewer: &Viewer) -> Result<(Viewer, Timestamp), Error> {
        let token_hash = viewer.token_hash;
        let held = tx.hold_session(&viewer.session.id, &viewer.user.id, &token_hash).await?;
        // Read the clock only now, because the session may have expired while this transaction waited for the
        // locks.
        let now = self.clock.now();
        let alive = held.filter(|(_, session)| self.policy.session.alive(session, now));
        let (user, session) = alive.ok_or(Refusal::SignInRequired)?;
        Ok((Viewer { user, session, token_hash }, now))
    }

    /// Checks that the viewer's session is still alive. An action that refuses before it begins an operation calls
    /// this first.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the session has ended or has another token.
    pub(super) async fn still_signed_in(&self, viewer: &Viewer) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        self.hold_viewer(&mut tx, viewer).await?;
        Ok(tx.rollback().await?)
    }
}
