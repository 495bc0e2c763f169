//! The signed-in user of a request.

use super::{Error, Lifecycle, RequestOrigin};
use crate::{
    domain::{
        error::Refusal,
        sessions::Session,
        sudo::{is_repeatable, is_sudo},
        time::{Span, Timestamp},
        user::User,
    },
    server::store::{HeldSession, Tx},
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
    /// Whether the token is the session's. Otherwise sudo mode began shortly before, under a new token. Then this one
    /// reads pages, and may confirm again.
    pub(super) has_current_token: bool,
}

impl Viewer {
    /// Whether the request brought the session token with this hash.
    #[must_use]
    pub fn has_token(&self, token_hash: &[u8; 32]) -> bool {
        self.token_hash == *token_hash
    }

    /// Whether the request is in sudo mode at `now`. Pages use it to decide what to show; an action checks its line
    /// of the table when it begins.
    #[must_use]
    pub fn is_sudo(&self, now: Timestamp, ttl: Span) -> bool {
        self.has_current_token && is_sudo(self.session.sudo_at, ttl, now)
    }
}

impl Lifecycle {
    /// Locks and reads the viewer's account and session, and returns them with the time of the lock. Refuses if the
    /// session has got a new token since the request arrived, except if that began sudo mode shortly before.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the session has ended or has another token.
    pub(super) async fn hold_viewer(
        &self,
        tx: &mut Tx,
        source: &RequestOrigin,
        viewer: &Viewer,
    ) -> Result<(Viewer, Timestamp), Error> {
        let token_hash = viewer.token_hash;
        let held = tx.hold_session(&viewer.session.id, &viewer.user.id, &token_hash).await?;
        // Read the clock only now, because the session may have expired while this transaction waited for the
        // locks.
        let now = self.clock.now();
        let alive = held.filter(|held| self.policy.session.alive(&held.session, now));
        let HeldSession { user, session, has_current_token } = alive.ok_or(Refusal::SignInRequired)?;
        if !has_current_token && !is_replaced_token(tx, source, viewer, now).await? {
            return Err(Refusal::SignInRequired.into());
        }
        Ok((Viewer { user, session, token_hash, has_current_token }, now))
    }

    /// Checks that the viewer's session is still alive. An action that refuses before it begins an operation calls
    /// this first.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the session has ended or has another token.
    pub(super) async fn still_signed_in(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        self.hold_viewer(&mut tx, source, viewer).await?;
        Ok(tx.rollback().await?)
    }
}

/// Whether the viewer's token is one that the session had until shortly before, in the same browser. Another
/// transaction may have kept it while this one waited for the session's lock, so this is a statement of its own.
async fn is_replaced_token(
    tx: &mut Tx,
    source: &RequestOrigin,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(device) = source.device_hash() else { return Ok(false) };
    let expires_at = tx.replaced_token(&viewer.session.id, &viewer.token_hash, &device).await?;
    Ok(expires_at.is_some_and(|expires_at| is_repeatable(expires_at, now)))
}
