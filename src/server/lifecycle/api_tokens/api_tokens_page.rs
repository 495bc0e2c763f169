//! The query of the API tokens page.

use crate::{
    domain::{api_tokens::IssuedToken, time::Timestamp},
    server::lifecycle::{Error, Lifecycle, Viewer},
};

/// The data of the API tokens page.
pub struct ApiTokensPage {
    /// The tokens, newest first, including recently expired ones.
    pub tokens: Vec<IssuedToken>,
    /// The instant that decides which tokens have expired.
    pub now: Timestamp,
}

impl Lifecycle {
    /// The tokens of the viewer's account.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn api_tokens_page(&self, viewer: &Viewer) -> Result<ApiTokensPage, Error> {
        let tokens = self.db.single_read().await?.api_tokens(&viewer.user.id).await?;
        Ok(ApiTokensPage { tokens, now: self.clock.now() })
    }
}
