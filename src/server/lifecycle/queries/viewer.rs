//! Who is calling.

use crate::{
    domain::time::Timestamp,
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Error, Lifecycle, Viewer, queries::Shown},
        store::Db,
    },
};

impl Lifecycle {
    /// The account and the session behind a session token, if it is alive. Asking counts as
    /// using the session.
    ///
    /// # Errors
    /// Those of the database: an unreachable one must not look like "signed out".
    pub async fn viewer(&self, token: &SessionToken) -> Result<Option<Viewer>, Error> {
        let found = self.visitor(token).await?;
        Ok(found.map(|(viewer, _)| {
            self.note_use(&viewer);
            viewer
        }))
    }

    /// The same with what decides what the session's pages show in that moment. Asking does not
    /// count as using the session: a page that only looks whether it is up to date keeps
    /// nobody signed in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn visitor(&self, token: &SessionToken) -> Result<Option<(Viewer, Shown)>, Error> {
        let now = self.clock.now();
        let token_hash = token.hash();
        let found = self.db.single_read().await?.session_by_token(&token_hash).await?;
        let alive = found.filter(|found| self.policy.session.alive(&found.session, now));
        Ok(alive.map(|found| (Viewer { user: found.user, session: found.session, token_hash }, Shown(found.live))))
    }

    /// Notes that the viewer's session is in use.
    pub fn note_use(&self, viewer: &Viewer) {
        touch_if_due(&self.db, viewer, self.clock.now());
    }
}

/// Notes that a session is in use, beside the request and at most every few minutes: the
/// page waits for no write. Losing the note costs nothing but those minutes.
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
