//! Finds the account and session of a request.

use crate::{
    domain::{id::SessionId, time::Timestamp},
    server::{
        crypto::session_token::{DeviceToken, SessionToken},
        lifecycle::{Error, Lifecycle, Viewer, queries::Shown},
        store::{Db, SessionOwner},
    },
};

impl Lifecycle {
    /// The account and the session that belong to a session token, if the session is alive. Counts as using the
    /// session. A token that was replaced finds nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails: an unreachable one must not look like
    /// "signed out".
    pub async fn viewer(&self, token: &SessionToken) -> Result<Option<Viewer>, Error> {
        let found = self.visitor(token, None).await?;
        Ok(found.map(|(viewer, _)| {
            self.note_use(&viewer);
            viewer
        }))
    }

    /// As [`Lifecycle::viewer`], with the values behind the page version from the same read. Does not count as
    /// using the session: a live refresh must not keep an idle user signed in. In the browser with the cookie `device`, a
    /// token still finds its session shortly after sudo mode began under a new one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn visitor(
        &self,
        token: &SessionToken,
        device: Option<&DeviceToken>,
    ) -> Result<Option<(Viewer, Shown)>, Error> {
        let now = self.clock.now();
        let token_hash = token.hash();
        let device_hash = device.map(DeviceToken::hash);
        let device_hash = device_hash.as_ref().map_or(&[][..], <[u8; 32]>::as_slice);
        let found = self.db.single_read().await?.session_by_token(&token_hash, device_hash, now).await?;
        let alive = found.filter(|found| self.policy.session.alive(&found.session, now));
        Ok(alive.map(|SessionOwner { user, session, live, has_current_token }| {
            (Viewer { user, session, token_hash, has_current_token }, Shown(live))
        }))
    }

    /// Records that the viewer's session is in use.
    pub fn note_use(&self, viewer: &Viewer) {
        let now = self.clock.now();
        if self.policy.session.wants_touch(&viewer.session, now) {
            write_beside(&self.db, Sign::Use, viewer.session.id.clone(), now);
        }
    }

    /// Records that an open page of the viewer's session refreshed itself. The list of sessions shows it, so that the
    /// owner sees a stolen session that only reads. It does not keep the session alive.
    pub fn note_look(&self, viewer: &Viewer) {
        let now = self.clock.now();
        if self.policy.session.wants_look(&viewer.session, now) {
            write_beside(&self.db, Sign::Look, viewer.session.id.clone(), now);
        }
    }
}

/// What a request says about its session.
#[derive(Clone, Copy)]
enum Sign {
    Use,
    Look,
}

/// Records a sign of life of a session. It runs in the background, so that the page does not wait for a write. Losing
/// the record only costs the time after which the next one is due.
fn write_beside(db: &Db, sign: Sign, session: SessionId, now: Timestamp) {
    let db = db.clone();
    tokio::spawn(async move {
        let written = async {
            let mut tx = db.begin().await?;
            match sign {
                Sign::Use => tx.touch_session(&session, now).await?,
                Sign::Look => tx.note_look(&session, now).await?,
            }
            tx.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, "session not touched");
        }
    });
}
