//! Finds the account and session of a request.

use crate::{
    domain::time::Timestamp,
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Error, Lifecycle, Viewer, queries::Shown},
        store::Db,
    },
};

impl Lifecycle {
    /// The account and the session that belong to a session token, if the session is alive. Counts as using the
    /// session.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails: an unreachable one must not look like
    /// "signed out".
    pub async fn viewer(&self, token: &SessionToken) -> Result<Option<Viewer>, Error> {
        let found = self.visitor(token).await?;
        Ok(found.map(|(viewer, _)| {
            self.note_use(&viewer);
            viewer
        }))
    }

    /// As [`Lifecycle::viewer`], with the values behind the page version from the same read. Does not count as
    /// using the session: a live refresh must not keep an idle user signed in.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn visitor(&self, token: &SessionToken) -> Result<Option<(Viewer, Shown)>, Error> {
        let now = self.clock.now();
        let token_hash = token.hash();
        let found = self.db.single_read().await?.session_by_token(&token_hash).await?;
        let alive = found.filter(|found| self.policy.session.alive(&found.session, now));
        Ok(alive.map(|found| (Viewer { user: found.user, session: found.session, token_hash }, Shown(found.live))))
    }

    /// Records that the viewer's session is in use.
    pub fn note_use(&self, viewer: &Viewer) {
        touch_if_due(&self.db, viewer, self.clock.now());
    }
}

/// Records that a session is in use, at most every few minutes. It runs in the background, so that the page does
/// not wait for a write. Losing the record only costs those minutes.
fn touch_if_due(db: &Db, viewer: &Viewer, now: Timestamp) {
    if !viewer.session.wants_touch(now) {
        return;
    }
    let (db, session) = (db.clone(), viewer.session.id.clone());
    tokio::spawn(async move {
        let touched = async {
            let mut tx = db.begin().await?;
            tx.touch_session(&session, now).await?;
            tx.commit().await
        };
        if let Err(error) = touched.await {
            tracing::warn!(%error, "session not touched");
        }
    });
}
