//! The query of the API tokens page.

use crate::{
    domain::{api_tokens::IssuedToken, time::Timestamp},
    server::lifecycle::{Error, Lifecycle, Viewer, sudo::SudoWays},
};

/// The data of the API tokens page.
pub struct ApiTokensPage {
    /// The tokens, newest first, including recently expired ones.
    pub tokens: Vec<IssuedToken>,
    /// The instant that decides which tokens have expired.
    pub now: Timestamp,
    /// The methods by which the user can confirm their identity.
    pub sudo_ways: SudoWays,
}

impl Lifecycle {
    /// The tokens of the viewer's account.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn api_tokens_page(&self, viewer: &Viewer) -> Result<ApiTokensPage, Error> {
        let mut snapshot = self.read_settings(viewer).await?;
        let tokens = snapshot.api_tokens(&viewer.user.id).await?;
        let sudo_ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        Ok(ApiTokensPage { tokens, now: self.clock.now(), sudo_ways })
    }
}
