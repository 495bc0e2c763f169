//! Who is calling.

use crate::{
    domain::time::Timestamp,
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Error, Lifecycle, Viewer},
        store::Db,
    },
};

impl Lifecycle {
    /// The account and the session behind a session token, if it is alive.
    ///
    /// # Errors
    /// Those of the database: an unreachable one must not look like "signed out".
    pub async fn viewer(&self, token: &SessionToken) -> Result<Option<Viewer>, Error> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let token_hash = token.hash();
        let found = tx.session_by_token(&token_hash).await?;
        tx.rollback().await?;
        let viewer = found.filter(|found| self.policy.session.alive(&found.session, now)).map(|found| Viewer {
            user: found.user,
            session: found.session,
            token_hash,
        });
        if let Some(viewer) = &viewer {
            touch_if_due(&self.db, viewer, now);
        }
        Ok(viewer)
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
