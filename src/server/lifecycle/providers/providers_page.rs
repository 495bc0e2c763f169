//! The providers page of the settings, and the providers that everybody sees.

use crate::{
    domain::{providers::ProviderId, time::Timestamp},
    server::{
        lifecycle::{Error, Lifecycle, Viewer},
        oauth::Listed,
        store::LinkedIdentity,
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
    pub async fn providers_page(&self, viewer: &Viewer) -> Result<Vec<ProviderLine>, Error> {
        let linked = self.db.single_read().await?.identities(&viewer.user.id).await?;
        let configured = self.providers.list().map(|listed| listed.id.clone());
        let forgotten = linked.iter().map(|identity| identity.provider.clone());
        let forgotten = forgotten.filter(|id| self.providers.get(id).is_none());
        Ok(configured.chain(forgotten).map(|id| self.provider_line(viewer, &linked, id)).collect())
    }

    fn provider_line(&self, viewer: &Viewer, linked: &[LinkedIdentity], id: ProviderId) -> ProviderLine {
        let own = linked.iter().find(|identity| identity.provider == id);
        ProviderLine {
            name: self.providers.name_of(&id),
            is_last_way_in: own.is_some() && self.is_last_way_in(&viewer.user, linked, &id),
            linked: own.map(|own| LinkedProvider {
                email: own.email.clone(),
                linked_at: own.linked_at,
                last_used_at: own.last_used_at,
                is_configured: self.providers.get(&id).is_some(),
            }),
            id,
        }
    }
}
