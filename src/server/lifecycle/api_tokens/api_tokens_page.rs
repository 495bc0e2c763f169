//! The page that lists the API tokens.

use crate::{
    domain::{api_tokens::IssuedToken, time::Timestamp},
    server::lifecycle::{Error, Lifecycle, Viewer},
};

/// What the page of the API tokens shows.
pub struct ApiTokensPage {
    /// The tokens, the newest first; those that have run out lately too.
    pub tokens: Vec<IssuedToken>,
    /// The instant at which they have run out or not.
    pub now: Timestamp,
}

impl Lifecycle {
    /// The tokens of the viewer's account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_tokens_page(&self, viewer: &Viewer) -> Result<ApiTokensPage, Error> {
        let tokens = self.db.single_read().await?.api_tokens(&viewer.user.id).await?;
        Ok(ApiTokensPage { tokens, now: self.clock.now() })
    }
}
