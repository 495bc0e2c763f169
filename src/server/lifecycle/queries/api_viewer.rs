//! Finds the account and token of an API request.

use crate::{
    domain::{api_tokens::IssuedToken, limits::Limit, time::Timestamp},
    server::{
        crypto::api_token::ApiToken,
        lifecycle::{ApiViewer, Error, Lifecycle, RequestOrigin},
        store::Db,
    },
};

impl Lifecycle {
    /// The account and the token that belong to `secret`. `None` if the token is unknown, revoked or expired, or
    /// its account is not active now (behaviour rule 9).
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails: an unreachable one must not look like a
    /// wrong token. [`Refusal::Limited`](crate::domain::error::Refusal::Limited) if the token asks too often, or the
    /// caller's network has sent too many wrong ones.
    pub async fn api_viewer(&self, source: &RequestOrigin, secret: &ApiToken) -> Result<Option<ApiViewer>, Error> {
        let now = self.clock.now();
        self.must_have_place(source, Limit::WrongApiTokensPerIp).await?;
        let found = self.db.single_read().await?.api_token_by_hash(&secret.hash()).await?;
        let viewer = found.map(|found| ApiViewer { user: found.user, token: found.token });
        let viewer = viewer.filter(|viewer| viewer.is_admitted(now));
        match &viewer {
            Some(viewer) => {
                self.limit(Limit::ApiRequestsPerToken, viewer.token.id.as_str()).await?;
                touch_if_due(&self.db, &viewer.token, now);
            }
            None => self.limit_network(source, &[Limit::WrongApiTokensPerIp]).await?,
        }
        Ok(viewer)
    }
}

/// Records that a token is in use, in the background and at most every few minutes.
fn touch_if_due(db: &Db, token: &IssuedToken, now: Timestamp) {
    if !token.wants_touch(now) {
        return;
    }
    let (db, id) = (db.clone(), token.id.clone());
    tokio::spawn(async move {
        let touched = async {
            let mut tx = db.begin().await?;
            tx.touch_api_token(&id, now).await?;
            tx.commit().await
        };
        if let Err(error) = touched.await {
            tracing::warn!(%error, "API token not touched");
        }
    });
}
